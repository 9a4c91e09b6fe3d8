"""The rows of one task side by side: scores, what separates them from the best, and machines."""

import collections
import dataclasses

import numpy as np

from benchmarks.cell import cell_name
from benchmarks.rows import read_outcomes
from benchmarks.statistics import Difference, against_best
from zoo.evaluation import metrics
from zoo.evaluation.alignment import ALIGNMENT_ERROR
from zoo.evaluation.counts import percent

Column = tuple[str, str]  # label of a decoder, name of a metric
EVEN = 1.5  # the largest ratio of matrix rates at which speeds are still compared


@dataclasses.dataclass(frozen=True, eq=False)
class Comparison:
    """The rows of one task of a suite.

    Attributes:
        rows: in the order of the suite.
        behind: for each column that has outcomes of two models or more, every model's difference
            from the best one, with p adjusted over all pairs of the column; None for the best.
        unknown: models whose rows lack outcomes, so that nothing is known of their intervals.
    """

    rows: list[dict]
    behind: dict[Column, dict[str, Difference | None]]
    unknown: list[str]

    @property
    def models(self) -> list[str]:
        """The models, in the order of the rows."""
        return models_of(self.rows)

    @property
    def columns(self) -> list[Column]:
        """The decoders and metrics with a score, metric by metric; perplexity has one column."""
        found = [
            (decoder, name)
            for row in self.rows
            for decoder, result in row["scores"].items()
            for name in result["metrics"]
        ]
        order = list(dict.fromkeys(name for _, name in found))
        decoders = list(dict.fromkeys(decoder for decoder, _ in found))
        return [
            (decoder, name)
            for name in order
            for decoder in (decoders[:1] if name == "perplexity" else decoders)
            if (decoder, name) in found
        ]

    @property
    def main(self) -> str:
        """The metric that the task is about: its first."""
        return self.columns[0][1]

    def of(self, model: str) -> list[dict]:
        """The rows of a model, one per seed."""
        return [row for row in self.rows if row["model"] == model]

    def ties(self, column: Column) -> set[str]:
        """The best model of a column and all whose interval of the difference from it contains 0.

        Empty where there are no outcomes, and where all models score the same.
        """
        found = self.behind.get(column, {})
        others = [behind for behind in found.values() if behind is not None]
        if not any(behind.value for behind in others):
            return set()
        return {
            x for x, behind in found.items() if behind is None or behind.low <= 0 <= behind.high
        }


def compare(rows: list[dict], folder) -> Comparison:
    """Compares the rows of one task, example by example where there are outcomes.

    Args:
        rows: of one task, in the order of the suite.
        folder: path of the folder with their outcomes/.

    Raises:
        ZooError: outcomes are missing or broken, or do not belong to their rows.
    """
    unknown = models_of(row for row in rows if not row.get("outcomes"))
    runs = collections.defaultdict(lambda: collections.defaultdict(list))
    for row in rows:
        if row["model"] not in unknown:
            outcomes = read_outcomes(folder, row_name(row), row)
            for decoder, counted in outcomes.counts.items():
                for name, counts in counted.items():
                    runs[decoder, name][row["model"]].append(counts)
    behind = {}
    for column, systems in runs.items():
        if len(systems) > 1:
            best, others = against_best(systems, metric_of(column[1]))
            behind[column] = {name: others.get(name) for name in systems}
    return Comparison(rows, behind, unknown)


def by_task(rows: list[dict], folder) -> dict[str, Comparison]:
    """One `Comparison` per task. Arguments and errors are those of `compare`."""
    tasks = dict.fromkeys(row["task"] for row in rows)
    return {task: compare([row for row in rows if row["task"] == task], folder) for task in tasks}


def without_outcomes(rows: list[dict]) -> dict[str, Comparison]:
    """As `by_task`, of the rows alone: there are scores, but no intervals."""
    bare = [{key: value for key, value in row.items() if key != "outcomes"} for row in rows]
    return by_task(bare, None)


def models_of(rows) -> list[str]:
    """The models of rows, each once."""
    return list(dict.fromkeys(row["model"] for row in rows))


def row_name(row: dict) -> str:
    """The name of the cell that a row is of."""
    return cell_name(row["model"], row["task"], row["seed"])


def scores_of(rows: list[dict], column: Column) -> np.ndarray:
    """The scores of rows in a column, float [S]. A row without it has none."""
    decoder, name = column
    found = [row["scores"].get(decoder, {}).get("metrics", {}).get(name) for row in rows]
    return np.array([score["value"] for score in found if score is not None], float)


def metric_of(name: str) -> metrics.Metric:
    """The metric of a name, with the one of alignments that only benchmarks know."""
    return ALIGNMENT_ERROR if name == ALIGNMENT_ERROR.name else metrics.metric(name)


def unit(metric: metrics.Metric) -> str:
    """The unit of a metric's scores: "%", or nothing."""
    return "%" if metric.combine is percent or metric is ALIGNMENT_ERROR else ""


def machine(row: dict) -> str:
    """What the clock of a row depends on, in words: processor, cores, graphics cards, precision.

    Processors of one name can differ in their first cache, which older rows do not record.
    """
    hardware = row["hardware"]
    cache = hardware.get("l1_data_cache")
    processor = f"{hardware['processor']} ({cache} L1)" if cache else hardware["processor"]
    gpus = ", ".join(hardware["gpus"]) or "no GPU"
    return f"{processor}, {hardware['cores']} cores, {gpus}, {row['precision']}"


def training_seconds(row: dict) -> float:
    """The time of a row's training steps, without compiling and validating."""
    return row["target_tokens_seen"] / row["timing"]["training"]["tokens_per_second"]


def decoded_per_second(row: dict) -> float:
    """Sentences per second of greedy decoding."""
    return row["timing"]["decoding"]["greedy"]["sentences_per_second"]


def uneven_load(rows) -> float:
    """By how much other work slowed some rows more than others of the same machine.

    Returns:
        The largest ratio of two matrix rates that were measured after cells; 1 if none was.
    """
    rates = collections.defaultdict(list)
    for row in rows:
        if rate := row["timing"].get("gflops"):
            rates[machine(row)].append(rate)
    return max((max(found) / min(found) for found in rates.values()), default=1.0)


def machines(rows) -> list[str]:
    """The machines that rows were made on, those with most rows first."""
    return [name for name, _ in collections.Counter(map(machine, rows)).most_common()]
