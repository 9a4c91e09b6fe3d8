"""Whether two systems differ by more than chance: the chance of the seed and of the test set.

A system is a list of runs that differ by their seed alone; a run is the counts of its metric on
each test example (see `resampling`).

A score is uncertain for two reasons: the test set is a sample of examples, which all systems share,
and the runs are a sample of seeds, which every system draws for itself. The examples' share of the
variance comes from a bootstrap (Efron and Tibshirani 1993). A bootstrap of three seeds would find
only two thirds of theirs, so that share is estimated with S - 1, without the part that the examples
explain. The interval is Student's, with Satterthwaite's (1946) degrees of freedom for the sum.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import t as student

from benchmarks.resampling import TRIALS, Scores, resample

if TYPE_CHECKING:
    from zoo.evaluation.metrics import Metric

LEVEL = 0.05  # of the tests; the intervals are of 95%
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
        between_seeds.append(pooled_variance(siblings, few))
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


def pooled_variance(systems: Sequence[Scores], share: float) -> tuple[float, float, float]:
    """The mean variance between the runs of several systems, for a mean that lacks runs of its own.

    Args:
        systems: the `Scores` of systems with several runs each.
        share: of the variance of one run that the mean has: one over its number of runs.

    Returns:
        As `seed_variance`. Where systems vary unlike one another, the mean of their variances is
        known less well, and has fewer degrees of freedom (after Satterthwaite 1946).
    """
    runs = np.array([scores.observed.size for scores in systems])
    total, explained, freedom = np.array([seed_variance(scores) for scores in systems]).T
    weights, each = freedom / freedom.sum(), total * runs  # the variance of single runs
    known = freedom.sum()
    if each.any():  # the squares of variances of few runs are too large by 1 + 2 / freedom
        known = (freedom @ each) ** 2 / (freedom**2 / (freedom + 2) @ each**2) - 2
    return share * weights @ each, share * weights @ (explained * runs), known


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
