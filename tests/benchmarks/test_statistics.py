"""Intervals and tests keep what they promise, and agree with the libraries that have them."""

import collections.abc
import dataclasses
import math

import numpy as np
import pytest
import scipy.stats
from sacrebleu.metrics import BLEU, CHRF
from sacrebleu.significance import PairedTest

from benchmarks.resampling import Scores, resample
from benchmarks.statistics import (
    LEVEL,
    against_best,
    difference,
    effect,
    holm,
    pooled_variance,
)


@dataclasses.dataclass(frozen=True)
class Metric:
    """The part of a metric that statistics read."""

    better: str
    combine: collections.abc.Callable
    also: str = ""

    def best(self, candidates, key):
        return (min if self.better == "lower" else max)(candidates, key=key)


RATE = Metric("higher", lambda summed: 100 * summed[..., 0] / summed[..., 1])
ERRORS = dataclasses.replace(RATE, better="lower")


def counts(right):
    """Counts [N, 2] of a metric that counts right examples."""
    return np.stack([right, np.ones(len(right))], axis=-1).astype(float)


def draw(rng, runs, ability=0.0, between_seeds=0.5, examples=None):
    """Runs of a system. Whether an example is right depends on system, seed, example and chance."""
    examples = rng.normal(0, 1.5, 300) if examples is None else examples
    seeds = rng.normal(ability, between_seeds, (runs, 1))
    return list(map(counts, examples + seeds + rng.normal(size=(runs, len(examples))) > 0))


def corpus(words_wrong, rng, sentences):
    """The sentences with a share of their words replaced."""
    wrong = [rng.random(len(words)) < words_wrong for words in sentences]
    return [
        " ".join("wrong" if w else word for w, word in zip(row, words))
        for row, words in zip(wrong, sentences)
    ]


@pytest.mark.parametrize("name, library, worse", [("BLEU", BLEU, 0.31), ("chrF2", CHRF, 0.29)])
def test_agrees_with_the_paired_tests_of_sacrebleu(name, library, worse):
    rng = np.random.default_rng(1)
    vocabulary = ["".join(rng.choice(list("abcdefgh"), 5)) for _ in range(200)]
    sentences = [rng.choice(vocabulary, rng.integers(5, 25)).tolist() for _ in range(150)]
    references = [[" ".join(words) for words in sentences]]
    systems = {"a": corpus(0.25, rng, sentences), "b": corpus(worse, rng, sentences)}

    def theirs(test_type):
        named = list(systems.items())
        metrics = {name: library(references=references)}
        return PairedTest(named, metrics, None, test_type, n_samples=2000)()[1][name]

    counting = library(references=references)

    def combine(summed):
        flat = [counting._compute_score_from_stats(row).score for row in summed.reshape(-1, K)]
        return np.array(flat).reshape(summed.shape[:-1])

    runs = {
        key: [np.array(counting._extract_corpus_statistics(texts, None), float)]
        for key, texts in systems.items()
    }
    K = runs["a"][0].shape[-1]
    metric = Metric("higher", combine)
    ours = difference(runs["a"], runs["b"], metric)
    bootstrap, randomisation = theirs("bs"), theirs("ar")
    assert ours.value == pytest.approx(bootstrap[0].score - bootstrap[1].score)
    assert 0.01 < ours.p < 0.3, "an example without doubt would test nothing"
    assert ours.p == pytest.approx(randomisation[1].p_value, abs=0.03)
    # Their bootstrap centres |d| in place of d, so that its p-value is that of one side.
    assert ours.p / 2 == pytest.approx(bootstrap[1].p_value, abs=0.02)
    for scores, result in zip(resample(runs, metric).values(), bootstrap):
        low, high = np.percentile(scores.resampled, [2.5, 97.5])
        assert (high - low) / 2 == pytest.approx(result.ci, rel=0.08)
        assert scores.resampled.mean() == pytest.approx(result.mean, abs=0.2)


def test_agrees_with_the_bootstrap_of_scipy():
    rng = np.random.default_rng(2)
    examples = rng.normal(0, 1.5, 1000)
    [a], [b] = (draw(rng, 1, ability, 0.0, examples) for ability in (0.1, 0.0))
    ours = difference([a], [b], RATE)
    theirs = scipy.stats.bootstrap(
        (a[:, 0], b[:, 0]),
        lambda x, y, axis: 100 * (x.mean(axis) - y.mean(axis)),
        paired=True,
        vectorized=True,
        n_resamples=5000,
        method="percentile",
        rng=3,
    ).confidence_interval
    width = theirs.high - theirs.low
    assert ours.low == pytest.approx(theirs.low, abs=0.06 * width)
    assert ours.high == pytest.approx(theirs.high, abs=0.06 * width)
    assert (ours.p < 0.05) == (theirs.low > 0 or theirs.high < 0)
    assert ours.seeds == (1, 1)


@pytest.mark.parametrize("between_seeds", [0.0, 0.1, 0.5])
@pytest.mark.parametrize("runs", [2, 3, 5])
def test_equal_systems_seldom_differ(runs, between_seeds):
    rng, repeats = np.random.default_rng(runs), 500
    false = 0
    for _ in range(repeats):
        examples = rng.normal(0, 1.5, 200)
        a, b = (draw(rng, runs, 0, between_seeds, examples) for _ in range(2))
        false += difference(a, b, RATE, trials=100).p < 0.05
    assert false / repeats <= 0.05 + 2.5 * math.sqrt(0.05 * 0.95 / repeats)


def test_the_interval_covers_a_planted_difference():
    rng, covered, found = np.random.default_rng(4), 0, 0
    # P(N(0, 1.5² + 0.1² + 1) + 1 > 0): without chance, `a` is right as often as this
    truth = 100 * (scipy.stats.norm.cdf(1 / math.sqrt(1.5**2 + 0.1**2 + 1)) - 0.5)
    for _ in range(200):
        examples = rng.normal(0, 1.5, 300)
        a, b = (draw(rng, 3, ability, 0.1, examples) for ability in (1.0, 0.0))
        result = difference(a, b, RATE, trials=100)
        covered += result.low <= truth <= result.high
        found += result.low > 0
    assert covered >= 185
    assert found >= 190


def test_the_better_system_is_ahead_on_either_scale():
    rng = np.random.default_rng(5)
    a, b = draw(rng, 3, 2.0), draw(rng, 3, 0.0)
    assert difference(a, b, RATE).value > 0 > difference(a, b, ERRORS).value


def test_a_seed_that_fails_widens_the_interval():
    rng = np.random.default_rng(6)
    examples = rng.normal(0, 1.5, 300)
    steady, other = draw(rng, 3, 0.5, 0.0, examples), draw(rng, 3, 0.0, 0.0, examples)
    shaky = [*steady[:2], counts(np.zeros(300))]
    assert difference(steady, other, RATE).low > 0
    assert difference(shaky, other, RATE).low < -20


def test_identical_systems_do_not_differ_at_all():
    runs = draw(np.random.default_rng(7), 1)
    result = difference(runs, runs, RATE)
    assert (result.value, result.low, result.high, result.p) == (0, 0, 0, 1)
    perfect = [counts(np.ones(50))] * 3
    result = difference(perfect, perfect, RATE)
    assert (result.value, result.low, result.high, result.p) == (0, 0, 0, 1)
    assert difference(perfect, [counts(np.zeros(50))] * 3, RATE).p == 0


def test_scores_of_the_same_runs_are_compared_run_by_run():
    rng = np.random.default_rng(8)
    greedy = draw(rng, 3, 0.0, 1.0)  # seeds far apart
    beam = [counts(np.maximum(run[:, 0], rng.random(300) < 0.05)) for run in greedy]
    scores = resample({"greedy": greedy, "beam": beam}, RATE)
    assert effect(scores["beam"] - scores["greedy"]).low > 0
    assert difference(beam, greedy, RATE).low < 0


def test_holm_against_an_example_computed_by_hand():
    # sorted 0.005, 0.01, 0.03, 0.04 times 4, 3, 2, 1 is 0.02, 0.03, 0.06, 0.04; none may fall
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


def test_ties_with_the_best():
    rng = np.random.default_rng(9)
    examples = rng.normal(0, 1.5, 2000)
    abilities = {"best": 1.0, "tied": 0.97, "worse": 0.0}
    systems = {name: draw(rng, 3, a, 0.02, examples) for name, a in abilities.items()}
    best, behind = against_best(systems, RATE)
    assert best == "best" and set(behind) == {"tied", "worse"}
    assert behind["tied"].p >= LEVEL > behind["worse"].p
    best, behind = against_best(systems, ERRORS)
    assert best == "worse" and all(found.p < LEVEL for found in behind.values())
    assert against_best({"alone": systems["best"]}, RATE) == ("alone", {})


@pytest.mark.parametrize("few", [1, 2])
def test_few_runs_vary_between_seeds_as_those_of_other_systems(few):
    """Else one seed against three would differ far too often, and two would never differ."""
    differ, found = [], []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        examples = rng.normal(0, 1.5, 2000)
        systems = {
            name: draw(rng, few if name == "a" else 3, 0.0, 0.5, examples) for name in "abcd"
        }
        differ.append(any(x.p < LEVEL for x in against_best(systems, RATE)[1].values()))
        systems["a"] = draw(rng, few, -3.0, 0.5, examples)  # a planted difference
        found.append(against_best(systems, RATE)[1]["a"].p < LEVEL)
    assert np.mean(differ) <= 0.1 and np.mean(found) >= 0.7


def test_a_pool_of_unlike_systems_is_known_less_well():
    """Or the noisiest one's variance, known from three runs, would pass for that of many."""

    def systems(*deviations):  # of exactly these sample deviations
        runs = [value * np.array([-1.0, 0.0, 1.0]) for value in deviations]
        return [Scores(found, np.tile(found, (9, 1))) for found in runs]

    for one, other in ((systems(2), 1), (systems(2, 0, 0, 0), 4)):
        variance, explained, freedom = pooled_variance(one, 1.0)
        assert variance == pytest.approx(4 / other) and explained == 0
        assert freedom == pytest.approx(2)
    rng = np.random.default_rng(0)
    alike = [pooled_variance(systems(*rng.chisquare(2, 40) ** 0.5), 0.5)[2] for _ in range(50)]
    assert np.mean(alike) == pytest.approx(80, rel=0.25)
