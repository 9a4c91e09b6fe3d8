"""`python -m benchmarks probe same_variant`: how often two halves of one variant seem to differ.

The suite `seeds` trains one variant with many seeds. Some of its runs are compared with as many
others, in every way to choose them, by the test behind the tables and claims. All differences that
it finds are false; it promises at most 5%. Writes a row per number of seeds to
results/same_variant.csv. The comparisons share runs, so that their share is itself uncertain.
"""

import itertools

import numpy as np
import pandas as pd

from benchmarks.claims.evidence import Evidence, Runs
from benchmarks.resampling import Scores
from benchmarks.statistics import LEVEL, effect
from benchmarks.suite import REPOSITORY
from zoo.errors import ZooError
from zoo.files import write_text

TABLE = REPOSITORY / "results" / "same_variant.csv"
RUNS = Runs("seeds", "reverse", "lstm_seq2seq_mini")
SIDES = (2, 3, 4)  # seeds of each of the two that are compared


def false_differences(scores: Scores, side: int) -> tuple[int, int]:
    """How many comparisons of `side` runs with as many others there are, and find a difference."""
    found = [
        effect(chosen(scores, first), -1.0 * chosen(scores, second)).p < LEVEL
        for first, second in halves(scores.observed.size, side)
    ]
    return len(found), sum(found)


def halves(runs: int, side: int):
    """Yields every two groups of `side` of the runs, as tuples of indices."""
    for both in itertools.combinations(range(runs), 2 * side):
        for first in itertools.combinations(both, side):
            if first[0] == both[0]:  # each two groups once
                yield first, tuple(run for run in both if run not in first)


def chosen(scores: Scores, runs: tuple[int, ...]) -> Scores:
    """The scores of some of the runs."""
    return Scores(scores.observed[list(runs)], scores.resampled[:, list(runs)])


def main():
    """Compares the halves, and writes the table."""
    scores = Evidence().scores(RUNS, "exact_match", "greedy")
    if scores.observed.size < 2 * max(SIDES):
        raise ZooError("too few seeds; run: python -m benchmarks seeds --publish")
    rows = []
    for side in SIDES:
        compared, different = false_differences(scores, side)
        rows.append(
            {
                "model": RUNS.model,
                "task": RUNS.task,
                "runs": scores.observed.size,
                "deviation": np.std(scores.observed, ddof=1),
                "seeds_per_side": side,
                "comparisons": compared,
                "false_differences": different,
                "percent": 100 * different / compared,
            }
        )
        print(rows[-1], flush=True)
    write_text(TABLE, pd.DataFrame(rows).to_csv(index=False, float_format="%.3g"))
    print(TABLE)
