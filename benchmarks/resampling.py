"""Scores of runs on resampled test sets: the bootstrap over examples.

A run is the counts of its metric on each test example, float [N, K], with the same examples in the
same order for every run. Its score is `metric.combine` of the summed counts, so that resampling
examples is a product of matrices.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from zoo.errors import ZooError
from zoo.evaluation.counts import group_starts

if TYPE_CHECKING:
    from zoo.evaluation.metrics import Metric

TRIALS = 2000  # resampled test sets
BLOCK = 200  # of them in memory at the same time


@dataclasses.dataclass(frozen=True)
class Scores:
    """The score of each of a system's S runs, and what it would be on other test sets.

    Scores of the same runs can be added and subtracted, run by run.

    Attributes:
        observed: float [S].
        resampled: float [trials, S], of the same runs on resampled examples. Two `Scores` that were
            resampled by the same seed from as many examples saw the same examples in each trial.
    """

    observed: np.ndarray
    resampled: np.ndarray

    def __add__(self, other: Scores) -> Scores:
        return Scores(self.observed + other.observed, self.resampled + other.resampled)

    def __sub__(self, other: Scores) -> Scores:
        return self + -1.0 * other

    def __rmul__(self, factor: float) -> Scores:
        return Scores(factor * self.observed, factor * self.resampled)


def resample(
    systems: Mapping[str, Sequence[np.ndarray]],
    metric: Metric,
    trials: int = TRIALS,
    seed: int = 0,
) -> dict[str, Scores]:
    """The `Scores` of systems, all on the same resampled examples.

    Args:
        systems: the counts of each system's runs, by name.
        metric: what was counted; its `combine` is used.
        trials, seed: number of resampled test sets, and the seed of the drawing.

    Raises:
        ZooError: the runs were not counted on the same examples by the same metric.
    """
    check_counts(systems)
    runs = [counts for counts_of_runs in systems.values() for counts in counts_of_runs]
    counts = np.concatenate(runs, axis=-1)  # [N, R K]
    shape = (-1, len(runs), runs[0].shape[-1])
    observed = metric.combine(counts.sum(0).reshape(shape))[0]  # [R]
    if metric.also == "groups":  # groups are drawn, since their examples are right together
        counts = np.add.reduceat(counts, group_starts(runs[0][:, -1]))
    drawn = example_weights(seed, trials, len(counts))
    blocks = [(block.astype(float) @ counts).reshape(shape) for block in drawn]
    resampled = metric.combine(np.concatenate(blocks))  # [trials, R]
    ends = list(itertools.accumulate(len(runs) for runs in systems.values()))
    return {
        name: Scores(observed[end - len(runs) : end], resampled[:, end - len(runs) : end])
        for (name, runs), end in zip(systems.items(), ends)
    }


@functools.lru_cache(maxsize=2)  # every score of a task is resampled by the same draws
def example_weights(seed: int, trials: int, examples: int) -> list[np.ndarray]:
    """How often each example is drawn in each trial, in blocks of [at most BLOCK, examples]."""
    rng, blocks = np.random.default_rng(seed), []
    for start in range(0, trials, BLOCK):
        size = min(BLOCK, trials - start)
        drawn = rng.integers(examples, size=(size, examples))
        drawn += examples * np.arange(size)[:, None]
        drawn = np.bincount(drawn.ravel(), minlength=size * examples)
        blocks.append(drawn.reshape(size, examples).astype("uint16"))
    return blocks


def check_counts(systems: Mapping[str, Sequence[np.ndarray]]) -> None:
    """Raises `ZooError` unless all runs have counts [N, K] of the same shape and N > 0."""
    shapes = {name: {np.shape(run) for run in runs} for name, runs in systems.items()}
    for name, found in shapes.items():
        if not found:
            raise ZooError(f"{name} has no runs to compare")
    listed = {shape: name for name, found in shapes.items() for shape in found}
    if len(listed) > 1:
        (one, first), (other, second) = list(listed.items())[:2]
        raise ZooError(
            f"runs can be compared on the same examples by the same metric only: "
            f"{first} has counts of shape {one}, {second} of {other}"
        )
    shape = next(iter(listed))
    if len(shape) != 2 or not shape[0]:
        raise ZooError(f"counts must have the shape [examples, counts], got {shape}")
