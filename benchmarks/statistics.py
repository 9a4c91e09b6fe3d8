"""Whether two systems differ by more than chance: the chance of the seed and of the test set.

A system is a list of runs that differ by their seed alone. A run is the counts of its metric on
each test example, float [N, K], with the same examples in the same order for every run. Its score
is `metric.combine` of the summed counts, so that resampling examples is a product of matrices.

A score is uncertain for two reasons: the test set is a sample of examples, which all systems share,
and the runs are a sample of seeds, which every system draws for itself. The examples' share of the
variance comes from a bootstrap (Efron and Tibshirani 1993). A bootstrap of three seeds would find
only two thirds of theirs, so that share is estimated with S - 1, without the part that the examples
explain. The interval is Student's, with Satterthwaite's (1946) degrees of freedom for the sum.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import t as student

from zoo.errors import ZooError
from zoo.evaluation.counts import group_starts

if TYPE_CHECKING:
    from zoo.evaluation.metrics import Metric

LEVEL = 0.05  # of the tests; the intervals are of 95%
TRIALS = 2000  # resampled test sets
BLOCK = 200  # of them in memory at the same time
ENOUGH = 3  # runs of a system that tell how far its seeds are apart


@dataclasses.dataclass(frozen=True)
class Difference:
    """How far one system is from another, or any other effect.

    Attributes:
        value: the estimate, on the metric's scale. A difference is positive if the first is better.
        low, high: its 95% confidence interval.
        p: two-sided, of the hypothesis that there is no effect.
        seeds: number of runs of each system. Where it is 1, and nothing else tells how far seeds
            are apart, the interval covers the choice of the examples alone.
    """

    value: float
    low: float
    high: float
    p: float
    seeds: tuple[int, ...]


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


def difference(
    a: Sequence[np.ndarray],
    b: Sequence[np.ndarray],
    metric: Metric,
    trials: int = TRIALS,
    seed: int = 0,
    siblings: Sequence[np.ndarray] = (),
) -> Difference:
    """How much better system `a` is than system `b`.

    Args:
        a, b: the counts of each run, float [N, K].
        metric: what was counted; its `combine` and `better` are used.
        trials, seed: number of resampled test sets, and the seed of the drawing.
        siblings: runs with other seeds, for when `a` and `b` are single runs. Their spread stands
            for the variance between seeds, which one run cannot show.

    Raises:
        ZooError: the runs were not counted on the same examples by the same metric.
    """
    systems = {"a": a, "b": b} | ({"siblings": siblings} if len(siblings) > 1 else {})
    first, second, *others = resample(systems, metric, trials, seed).values()
    sign = 1.0 if metric.better == "higher" else -1.0
    return effect(sign * first, -sign * second, siblings=others)


def effect(*systems: Scores, siblings: Sequence[Scores] = ()) -> Difference:
    """The sum of the systems' mean scores, with its interval.

    Multiply by -1 what is to be subtracted: `effect(a, -1.0 * b)`.

    Args:
        systems: the `Scores` of each system's runs. Systems are independent of one another.
        siblings: the `Scores` of systems with several runs each. Where there are some, systems of
            fewer than `ENOUGH` runs are taken to vary between seeds as the siblings do on average.
    """
    value = float(sum(scores.observed.mean() for scores in systems))
    by_examples = float(np.var(sum(scores.resampled.mean(-1) for scores in systems), ddof=1))
    enough = ENOUGH if siblings else 2
    between_seeds = [seed_variance(found) for found in systems if found.observed.size >= enough]
    few = sum(1 / scores.observed.size for scores in systems if scores.observed.size < enough)
    if siblings and few:
        runs = np.array([scores.observed.size for scores in siblings])
        total, explained, freedom = np.array([seed_variance(scores) for scores in siblings]).T
        shares = few * runs * freedom / freedom.sum()  # of a mean's variance, in that of one run
        between_seeds.append((shares @ total, shares @ explained, freedom.sum()))
    variance = max(by_examples, sum(explained for _, explained, _ in between_seeds))
    doubt = 0.0
    for total, explained, freedom in between_seeds:
        if total > explained:  # else the seeds differ by no more than the examples explain
            variance += total - explained
            doubt += total**2 / freedom
    freedom = variance**2 / doubt if doubt else np.inf
    half = float(student.ppf(1 - LEVEL / 2, freedom)) * variance**0.5
    if variance:
        p = 2 * float(student.sf(abs(value) / variance**0.5, freedom))
    else:
        p = float(value == 0)
    seeds = tuple(scores.observed.size for scores in systems)
    return Difference(value, value - half, value + half, p, seeds)


def seed_variance(scores: Scores) -> tuple[float, float, int]:
    """The variance of a mean score that is due to its runs.

    Returns:
        The variance; the part of it that comes from the test examples, which the variance between
        test sets contains already; and its degrees of freedom.
    """
    runs = scores.observed.size
    deviations = scores.resampled - scores.observed
    explained = float(np.var(deviations, axis=-1, ddof=1).mean()) / runs
    return float(np.var(scores.observed, ddof=1)) / runs, explained, runs - 1


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusts p-values so that all tests together err with the level of one (Holm 1979).

    Returns:
        The adjusted p-values, in the order given.
    """
    p = np.asarray(p_values, float)
    order = np.argsort(p)
    stepped = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(1.0, stepped)
    return adjusted.tolist()


def against_best(
    systems: Mapping[str, Sequence[np.ndarray]],
    metric: Metric,
    trials: int = TRIALS,
    seed: int = 0,
) -> tuple[str, dict[str, Difference]]:
    """How much better than the best system each other one is, so that no value is above 0.

    All pairs of systems are tested, and their p-values adjusted together. Systems of fewer than
    `ENOUGH` runs are taken to vary between seeds as those of several do on average.

    Args:
        systems: the runs of each system, by name.
        metric, trials, seed: as in `difference`.

    Returns:
        The name of the best system, and by name of every other one its `Difference` from the best,
        with the adjusted p.
    """
    sign = 1.0 if metric.better == "higher" else -1.0
    scores = resample(systems, metric, trials, seed)
    best = metric.best(scores, key=lambda name: scores[name].observed.mean())
    order = [*(name for name in scores if name != best), best]
    pairs = list(itertools.combinations(order, 2))
    several = [found for found in scores.values() if found.observed.size > 1]
    effects = [effect(sign * scores[a], -sign * scores[b], siblings=several) for a, b in pairs]
    adjusted = holm([found.p for found in effects])
    return best, {
        a: dataclasses.replace(found, p=p)
        for (a, b), found, p in zip(pairs, effects, adjusted)
        if b == best
    }


def resample(
    systems: Mapping[str, Sequence[np.ndarray]],
    metric: Metric,
    trials: int = TRIALS,
    seed: int = 0,
) -> dict[str, Scores]:
    """The `Scores` of systems, all on the same resampled examples. Arguments as above."""
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
