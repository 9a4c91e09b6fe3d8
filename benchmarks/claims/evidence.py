"""What committed rows and outcomes say: the runs of a model, their scores, speeds and sizes."""

import dataclasses
import pathlib
import tomllib

import numpy as np

from benchmarks.comparison import EVEN, machine, metric_of, uneven_load
from benchmarks.resampling import Scores, resample
from benchmarks.rows import Outcomes, read_outcomes, read_rows
from benchmarks.suite import REPOSITORY, suite_file, suite_names
from zoo.errors import ZooError


class NoEvidence(ZooError):
    """Something that a claim needs is missing. The message says which command makes it."""


@dataclasses.dataclass(frozen=True)
class Runs:
    """The runs of one model of a suite on one of its tasks, one per seed.

    Attributes:
        suite, task, model: as in the suite's file; the model with its overrides.
    """

    suite: str
    task: str
    model: str

    def __str__(self):
        return f"`{self.model}` on {self.task} of {self.suite}"


class Evidence:
    """The rows and outcomes below a folder such as results/, read when they are asked for.

    Args:
        results: path with a folder for each suite.
        machine: the only one whose rows count, as `comparison.machine` names it; None takes all.
    """

    def __init__(self, results: pathlib.Path = REPOSITORY / "results", machine: str | None = None):
        self.results, self.machine = pathlib.Path(results), machine
        self.suites, self.read, self.sampled = {}, {}, {}

    def rows(self, runs: Runs) -> dict[str, dict]:
        """The rows of runs by cell name, ordered by seed. Raises `NoEvidence` if there is none."""
        if found := self.known(runs):
            return found
        raise NoEvidence(f"no rows of {runs}; {advice(runs)}")

    def known(self, runs: Runs) -> dict[str, dict]:
        """The rows of runs by cell name, ordered by seed; empty if there is none."""
        found = {
            name: row
            for name, row in self.suite(runs.suite).items()
            if (row["task"], row["model"]) == (runs.task, runs.model) and self.counts(row)
        }
        return dict(sorted(found.items(), key=lambda item: item[1]["seed"]))

    def table(self, runs: Runs) -> list[Runs]:
        """The runs of every model on the same task of the same suite, themselves included."""
        models = [
            row["model"] for row in self.suite(runs.suite).values() if row["task"] == runs.task
        ]
        return [Runs(runs.suite, runs.task, model) for model in dict.fromkeys(models)]

    def counts(self, row: dict) -> bool:
        """Whether a row is of the machine whose rows count."""
        return self.machine in (None, machine(row))

    def suite(self, name: str) -> dict[str, dict]:
        """All rows of a suite, by cell name."""
        if name not in self.suites:
            self.suites[name] = read_rows(self.results / name)
        return self.suites[name]

    def names(self, all_runs: list[Runs]) -> list[str]:
        """The rows that there are of these runs, as SUITE/CELL."""
        wanted = {(runs.suite, runs.task, runs.model) for runs in all_runs}
        return [
            f"{suite}/{name}"
            for suite in dict.fromkeys(runs.suite for runs in all_runs)
            for name, row in self.suite(suite).items()
            if (suite, row["task"], row["model"]) in wanted and self.counts(row)
        ]

    def outcomes(self, runs: Runs) -> list[Outcomes]:
        """The outcomes of runs, ordered by seed."""
        if runs not in self.read:
            rows = self.rows(runs)
            if not all(row.get("outcomes") for row in rows.values()):
                raise NoEvidence(f"rows without outcomes for {runs}; {advice(runs)}")
            folder = self.results / runs.suite
            self.read[runs] = [read_outcomes(folder, name, row) for name, row in rows.items()]
        return self.read[runs]

    def scores(
        self, runs: Runs, metric: str, decoder: str, lengths: tuple[int, int] | None = None
    ) -> Scores:
        """The scores of runs, and what they are on resampled examples.

        Args:
            runs: whose.
            metric: a name of `zoo.evaluation.metrics`, or "alignment_error".
            decoder: label of the decoder in the suite.
            lengths: lowest and highest number of source tokens; None takes all examples.

        Raises:
            NoEvidence: there are no such rows, outcomes or examples.
        """
        key = runs, metric, decoder, lengths
        if key not in self.sampled:
            counts = []
            low, high = lengths or (0, np.inf)
            for outcomes in self.outcomes(runs):
                counted = outcomes.counts.get(decoder, {}).get(metric)
                if counted is None:
                    raise NoEvidence(
                        f"the rows of {runs} have no {metric} with the decoder {decoder}"
                    )
                counts.append(counted[(low <= outcomes.lengths) & (outcomes.lengths <= high)])
            if not len(counts[0]):
                raise NoEvidence(f"no test example of {low} to {high} tokens for {runs}")
            systems = {str(runs): counts}
            seed = 1000 * lengths[0] + lengths[1] if lengths else 0  # other examples, other draws
            [self.sampled[key]] = resample(systems, metric_of(metric), seed=seed).values()
        return self.sampled[key]

    def on_one_machine(self, all_runs: list[Runs]) -> "Evidence":
        """The evidence of the machine with most rows of these runs.

        Raises:
            NoEvidence: no machine has rows of all of them, or other work slowed some.
        """
        machines = [[machine(row) for row in self.rows(runs).values()] for runs in all_runs]
        shared = set.intersection(*map(set, machines))
        if not shared:
            names = "; ".join(sorted({name for found in machines for name in found}))
            raise NoEvidence(
                f"the models were timed on different machines ({names}); "
                f"{advice(all_runs[0], fresh=True)}"
            )
        most = max(sorted(shared), key=lambda name: sum(found.count(name) for found in machines))
        there = Evidence(self.results, most)
        load = uneven_load([row for runs in all_runs for row in there.rows(runs).values()])
        if load > EVEN:
            raise NoEvidence(
                f"other work slowed some rows {load:.1f} times as much as others; "
                f"{advice(all_runs[0], fresh=True)}"
            )
        return there


def advice(runs: Runs, fresh: bool = False) -> str:
    """How to get the rows of these runs: a command, or that no suite has them."""
    if runs.suite in suite_names():
        content = tomllib.loads(suite_file(runs.suite).read_text(encoding="utf-8"))
        table = content["tasks"].get(runs.task)
        if table is not None and runs.model in table.get("models", content["models"]):
            return f"run: python -m benchmarks {runs.suite} --publish{' --fresh' * fresh}"
    return f"no suite {runs.suite} has these cells yet"
