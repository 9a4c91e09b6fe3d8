"""What claims can measure. Each is an `Effect`: a value with its interval.

    gain(a, over=b)           how much better score `a` is than score `b`, in points
    gain(...) - gain(...)     how much larger one gain is than another
    level(score)              a score as it is
    slope(score, 1, 20)       by how much a score changes per source token
    ratio(a, to=b)            how many times one speed or size is another
    size_range(suite, task)   the largest model over the smallest, overrides left out

A score, a speed and a size belong to `Runs`: `score(runs, "exact_match", lengths=(1, 10))`.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter

import numpy as np

from benchmarks.claims.evidence import Evidence, NoEvidence, Runs, advice
from benchmarks.comparison import metric_of
from benchmarks.statistics import Difference, Scores, effect


@dataclasses.dataclass(frozen=True)
class Score:
    """A metric of runs.

    Attributes:
        runs: whose.
        metric: a name of `zoo.evaluation.metrics`, or "alignment_error".
        decoder: label of the decoder in the suite.
        lengths: lowest and highest number of source tokens; None takes all examples.
    """

    runs: Runs
    metric: str
    decoder: str = "greedy"
    lengths: tuple[int, int] | None = None

    def sample(self, evidence: Evidence) -> Scores:
        """The score of each run, observed and resampled."""
        return evidence.scores(self.runs, self.metric, self.decoder, self.lengths)


@dataclasses.dataclass(frozen=True)
class Slope:
    """The slope of a score over source lengths, by least squares over the examples."""

    score: Score

    @property
    def runs(self) -> Runs:
        return self.score.runs

    def sample(self, evidence: Evidence) -> Scores:
        """The slope of each run, observed and resampled."""
        low, high = self.score.lengths
        lengths = evidence.outcomes(self.runs)[0].lengths
        counted = Counter(lengths[(low <= lengths) & (lengths <= high)].tolist())
        if len(counted) < 2:
            raise NoEvidence(f"fewer than two lengths from {low} to {high} for {self.runs}")
        x, weights = np.array(list(counted)), np.array(list(counted.values()))
        x = x - np.average(x, weights=weights)
        parts = [dataclasses.replace(self.score, lengths=(n, n)).sample(evidence) for n in counted]
        factors = weights * x / (weights * x**2).sum()
        first, *others = [factor * part for factor, part in zip(factors, parts)]
        return sum(others, first)


@dataclasses.dataclass(frozen=True)
class Speed:
    """The logarithm of a speed of runs: of "training" per token, or of a decoder per sentence."""

    runs: Runs
    of: str = "training"

    def sample(self, evidence: Evidence) -> Scores:
        """The logarithm of each run's speed. Examples play no part in it."""
        timings = [row["timing"] for row in evidence.rows(self.runs).values()]
        if self.of == "training":
            values = [timing["training"]["tokens_per_second"] for timing in timings]
        elif all(self.of in timing["decoding"] for timing in timings):
            values = [timing["decoding"][self.of]["sentences_per_second"] for timing in timings]
        else:
            raise NoEvidence(f"no decoder {self.of} for {self.runs}; {advice(self.runs)}")
        observed = np.log(values)
        return Scores(observed, np.stack([observed, observed]))


@dataclasses.dataclass(frozen=True)
class Effect:
    """A sum of scores or speeds, each times a factor.

    Attributes:
        terms: pairs of a factor and what is measured.
        unit: in words, for readers.
    """

    terms: tuple[tuple[float, Score | Slope | Speed], ...]
    unit: str

    def __sub__(self, other: Effect) -> Effect:
        return Effect((*self.terms, *((-factor, x) for factor, x in other.terms)), self.unit)

    @property
    def runs(self) -> list[Runs]:
        """All runs that the effect rests on."""
        return list(dict.fromkeys(x.runs for _, x in self.terms))

    def measure(self, evidence: Evidence) -> tuple[Difference, str | None]:
        """The effect, and the machine whose times were compared. Raises `NoEvidence`."""
        timed = isinstance(self.terms[0][1], Speed)
        if timed:
            evidence = evidence.on_one_machine(self.runs)
        systems = {}  # what was measured of the same runs is added up run by run
        for factor, x in self.terms:
            part = factor * x.sample(evidence)
            systems[x.runs] = systems[x.runs] + part if x.runs in systems else part
        found = effect(*systems.values())
        if timed:
            low, value, high = map(math.exp, (found.low, found.value, found.high))
            found = dataclasses.replace(found, low=low, value=value, high=high)
        return found, evidence.machine


@dataclasses.dataclass(frozen=True)
class SizeRange:
    """The number of parameters of the largest model of a suite over that of the smallest."""

    suite: str
    task: str
    unit: str = "times the parameters"
    runs: tuple = ()

    def measure(self, evidence: Evidence) -> tuple[Difference, None]:
        """The ratio, without doubt. Raises `NoEvidence`."""
        sizes = [
            row["parameters"]
            for row in evidence.suite(self.suite).values()
            if row["task"] == self.task and " " not in row["model"]
        ]
        if not sizes:
            raise NoEvidence(
                f"no rows on {self.task} of {self.suite}; "
                f"run: python -m benchmarks {self.suite} --publish"
            )
        ratio = max(sizes) / min(sizes)
        return Difference(ratio, ratio, ratio, 1.0, ()), None


score, speed, size_range = Score, Speed, SizeRange


def gain(a: Score, over: Score) -> Effect:
    """How many points better `a` is than `over`, whether the metric counts successes or errors."""
    metric = metric_of(a.metric)
    sign = 1.0 if metric.better == "higher" else -1.0
    return Effect(((sign, a), (-sign, over)), f"points of {metric.label.lower()}")


def level(score: Score) -> Effect:
    """A score as it is."""
    return Effect(((1.0, score),), f"points of {metric_of(score.metric).label.lower()}")


def slope(score: Score, low: int, high: int) -> Effect:
    """By how many points a score changes per source token, from `low` to `high` tokens."""
    over = Slope(dataclasses.replace(score, lengths=(low, high)))
    return Effect(((1.0, over),), f"points of {metric_of(score.metric).label.lower()} per token")


def ratio(a: Speed, to: Speed) -> Effect:
    """How many times as fast `a` is as `to`. Only rows of one machine are compared."""
    return Effect(((1.0, a), (-1.0, to)), "times as fast")
