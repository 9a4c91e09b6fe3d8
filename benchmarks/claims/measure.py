"""What claims can measure. Each is an `Effect`: a value with its interval.

    gain(a, over=b)           how much better score `a` is than score `b`, in points
    gain(...) - gain(...)     how much larger one gain is than another
    level(score)              a score as it is
    slope(score, 1, 20)       by how much a score changes per source token
    ratio(a, to=b)            how many times one speed is another

A score and a speed belong to `Runs`: `score(runs, "exact_match", lengths=(1, 10))`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
from collections import Counter
from typing import NamedTuple

import numpy as np

from benchmarks.claims.evidence import Evidence, NoEvidence, Runs
from benchmarks.comparison import metric_of
from benchmarks.resampling import Scores
from benchmarks.statistics import ENOUGH, Difference, effect


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
            raise NoEvidence(f"the rows of {self.runs} have no decoder {self.of}")
        observed = np.log(values)
        return Scores(observed, np.stack([observed, observed]))


def measured_of(x: Score | Slope | Speed, runs: Runs) -> Score | Slope | Speed:
    """The same measurement, of other runs."""
    if isinstance(x, Slope):
        return Slope(dataclasses.replace(x.score, runs=runs))
    return dataclasses.replace(x, runs=runs)


class Measured(NamedTuple):
    """An effect and what it rests on.

    Attributes:
        effect: with its interval.
        evidence: what was used; of one machine only, if times were compared.
        few: the runs with fewer than `ENOUGH` seeds, if no other model of their tables shows how
            far seeds are apart.
    """

    effect: Difference
    evidence: Evidence
    few: list[Runs]


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

    def measure(self, evidence: Evidence) -> Measured:
        """The effect, and what it rests on. Raises `NoEvidence`."""
        timed = isinstance(self.terms[0][1], Speed)
        if timed:
            evidence = evidence.on_one_machine(self.runs)
        systems = {runs: self.sample(runs, runs, evidence) for runs in self.runs}
        few = [runs for runs, scores in systems.items() if scores.observed.size < ENOUGH]
        siblings = self.siblings(few, evidence)
        found = effect(*systems.values(), siblings=siblings)
        if timed:
            low, value, high = map(math.exp, (found.low, found.value, found.high))
            found = dataclasses.replace(found, low=low, value=value, high=high)
        alone = sum(scores.observed.size - 1 for scores in siblings) < ENOUGH - 1
        return Measured(found, evidence, few if alone else [])

    def sample(self, runs: Runs, of: Runs, evidence: Evidence) -> Scores:
        """Takes the terms of `runs`, measures them on the runs `of`, and adds them up by seed."""
        first, *others = [
            factor * measured_of(x, of).sample(evidence)
            for factor, x in self.terms
            if x.runs == runs
        ]
        return sum(others, first)

    def siblings(self, few: list[Runs], evidence: Evidence) -> list[Scores]:
        """The same measurement of every model in the tables of `few` that has several seeds."""
        found = {}
        for runs in few:
            for of in evidence.table(runs):
                with contextlib.suppress(NoEvidence):  # it may lack the decoder, or the outcomes
                    scores = self.sample(runs, of, evidence)
                    if scores.observed.size > 1:
                        found[runs.suite, runs.task, of] = scores
        return list(found.values())


score, speed = Score, Speed


def in_sentence(label: str) -> str:
    """A metric's label in the middle of a sentence: "word error rate", but "BLEU" and "F0.5"."""
    return label[0].lower() + label[1:] if label[1:2].islower() else label


def gain(a: Score, over: Score) -> Effect:
    """How many points better `a` is than `over`, whether the metric counts successes or errors."""
    metric = metric_of(a.metric)
    sign = 1.0 if metric.better == "higher" else -1.0
    return Effect(
        ((sign, a), (-sign, over)), f"points of improvement in {in_sentence(metric.label)}"
    )


def level(score: Score) -> Effect:
    """A score as it is."""
    return Effect(((1.0, score),), f"points of {in_sentence(metric_of(score.metric).label)}")


def slope(score: Score, low: int, high: int) -> Effect:
    """By how many points a score changes per source token, from `low` to `high` tokens."""
    over = Slope(dataclasses.replace(score, lengths=(low, high)))
    return Effect(
        ((1.0, over),), f"points of {in_sentence(metric_of(score.metric).label)} per token"
    )


def ratio(a: Speed, to: Speed) -> Effect:
    """How many times as fast `a` is as `to`. Only rows of one machine are compared."""
    return Effect(((1.0, a), (-1.0, to)), "times as fast")
