"""Samples are as frequent as they are probable, and the same for a seed in any batch."""

import collections
from math import erfc, sqrt

import numpy as np
import pytest
import tensorflow as tf

import zoo
from tests.contract.conftest import ids, make
from zoo.decoding import Constraints, Greedy, Sample, generate, stream
from zoo.decoding.hypotheses import IMPOSSIBLE
from zoo.decoding.sample import uniform
from zoo.errors import ZooError

LENGTH, CHI_SQUARE = 3, 1e-4  # the seeds are fixed: a test that passes passes for ever


@pytest.fixture(scope="module")
def model():
    return make("rnn_encoder_decoder_nano", vocabulary=8, noise=0.3)


@pytest.fixture(scope="module")
def sources():
    source, _ = ids(rows=9, vocabulary=8)
    return [row[row != 0].tolist() for row in source]


def chi_square(counts, shares):
    """Probability of a larger deviation if counts had these shares. Rare outcomes are pooled."""
    total = sum(counts)
    rare = [i for i, share in enumerate(shares) if share * total < 8]
    groups = [[i] for i in range(len(shares)) if i not in rare] + ([rare] if rare else [])
    pooled = [(sum(counts[i] for i in g), total * sum(shares[i] for i in g)) for g in groups]
    pooled = [(found, expected) for found, expected in pooled if expected > 0]
    statistic, freedom = (
        sum((found - expected) ** 2 / expected for found, expected in pooled),
        len(pooled) - 1,
    )
    z = ((statistic / freedom) ** (1 / 3) - (1 - 2 / (9 * freedom))) / sqrt(
        2 / (9 * freedom)
    )  # Wilson and Hilferty 1931
    return erfc(z / sqrt(2)) / 2


def first_tokens(model, source, count, **options):
    """Counts of the first tokens of many samples, the end token included."""
    best = generate(model, [source], Sample(count, **options), 1, jit=False)[0]
    counted = collections.Counter(o.ids[0] if o.ids else model.end_id for o in best)
    return [counted[i] for i in range(8)]


def allowed_shares(model, source):
    """Probabilities of the first token, among those that may be put out."""
    logits = np.array(model((np.array([source]), np.array([[1]]))), "float64")[0, 0]
    p = np.exp(logits - logits.max())
    p[:2] = 0
    return p / p.sum()


def test_frequencies_of_whole_outputs_match_their_probabilities(model, sources):
    drawn = generate(model, sources[:1], Sample(20_000, seed=1), 2, jit=False)[0]
    counted = collections.Counter((*o.ids, 2) if len(o.ids) < 2 else tuple(o.ids) for o in drawn)
    outputs = [(2,), *((i, j) for i in range(3, 8) for j in range(2, 8))]
    assert set(counted) <= set(outputs)
    scored = zoo.score(model, sources[:1] * len(outputs), list(map(list, outputs)), jit=False)
    p = np.exp([s.log_probability for s in scored])
    first = allowed_shares(model, sources[0])
    p[0] = first[2]
    for i in range(3, 8):  # a draw is among the tokens that may be put out
        rows = [k for k, out in enumerate(outputs) if out[0] == i]
        p[rows] *= first[i] / p[rows].sum()
    assert chi_square([counted[out] for out in outputs], p) > CHI_SQUARE


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"temperature": 0.5},
        {"temperature": 2.0},
        {"top_k": 3},
        {"top_p": 0.7},
        {"min_p": 0.5},
        {"temperature": 1.5, "top_k": 5, "top_p": 0.9, "min_p": 0.2},
    ],
    ids=str,
)
def test_cuts_leave_what_they_should(model, sources, options):
    p = allowed_shares(model, sources[1]) ** (1 / options.get("temperature", 1.0))
    p /= p.sum()
    order = np.argsort(-p)[: options.get("top_k", 8)]
    shares = p[order] / p[order].sum()
    keep = (np.cumsum(shares) - shares < options.get("top_p", 1.0)) & (
        shares >= options.get("min_p", 0.0) * shares[0]
    )
    expected = np.zeros(8)
    expected[order[keep]] = shares[keep] / shares[keep].sum()
    counts = first_tokens(model, sources[1], 10_000, seed=3, **options)
    assert all(expected[i] > 0 for i in range(8) if counts[i])
    assert chi_square(counts, expected) > CHI_SQUARE


@pytest.mark.parametrize("temperature", [1e-3, 1e-8, 1e-38])
def test_a_low_temperature_draws_the_most_probable(temperature):
    scores = np.full((9, 6), -100.0, "float32")
    scores[:, 4], scores[:, 0] = -90.0, IMPOSSIBLE
    drawn = zoo.Sample(temperature=temperature).draw(scores, np.linspace(0, 0.99, 9, dtype="f4"))
    assert set(np.asarray(drawn)) == {4}


def test_a_high_temperature_draws_no_forbidden_token():
    scores = np.array([[-1.0, IMPOSSIBLE, -5.0, IMPOSSIBLE - 7]] * 64, "float32")
    drawn = zoo.Sample(temperature=1e9).draw(scores, np.linspace(0, 0.999, 64, dtype="f4"))
    assert np.bincount(drawn, minlength=4).tolist() == [32, 0, 32, 0]


def test_a_cut_to_one_token_is_greedy(model, sources):
    greedy = generate(model, sources, Greedy(), LENGTH, jit=False)
    for options in ({"top_k": 1}, {"top_p": 1e-9}, {"temperature": 1e-4}):
        sampled = generate(model, sources, Sample(**options), LENGTH, jit=False)
        assert [best[0].ids for best in sampled] == [best[0].ids for best in greedy]


def test_a_draw_depends_on_seed_and_source_alone(model, sources):
    draw = lambda **options: [
        [o.ids for o in best]
        for best in generate(
            model, sources, Sample(4, seed=options.pop("seed", 5)), LENGTH, jit=False, **options
        )
    ]
    first = draw()
    assert draw() == draw(rows=2) == first != draw(seed=6)
    streamed = stream(model, iter(sources), Sample(4, seed=5), LENGTH, rows=1, jit=False)
    assert [[o.ids for o in best] for best in streamed] == first
    assert len({tuple(map(tuple, draws)) for draws in first}) > 5
    same = generate(
        model, sources[:1] * 6, Sample(seed=5), LENGTH, jit=False
    )  # equal sources are different draws
    assert len({tuple(best[0].ids) for best in same}) > 1


def test_ranked_by_the_models_log_probability(model, sources):
    for best, source in zip(
        generate(model, sources, Sample(6, temperature=2.0), LENGTH, jit=False), sources
    ):
        found = [o.log_probability for o in best]
        assert found == sorted(found, reverse=True) == [o.score for o in best]
        targets = [o.ids + [2] if len(o.ids) < LENGTH else o.ids for o in best]
        expected = [s.log_probability for s in zoo.score(model, [source] * 6, targets, jit=False)]
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_the_hash_is_uniform_in_every_direction():
    n = 4096
    zeros, numbers = tf.zeros(n, "int32"), tf.range(n)
    rows, copies = uniform(7, numbers, zeros, 0), uniform(7, zeros, numbers, 0)
    steps = np.asarray(uniform(7, zeros, zeros, numbers))
    seeds = np.array([float(uniform(seed, zeros[:1], zeros[:1], 0)[0]) for seed in range(300)])
    for values in (np.asarray(rows), np.asarray(copies), steps, seeds):
        assert 0 <= values.min() and values.max() < 1
        assert chi_square(np.histogram(values, 16, (0, 1))[0].tolist(), [1 / 16] * 16) > CHI_SQUARE
        assert abs(np.corrcoef(values[:-1], values[1:])[0, 1]) < 4 / np.sqrt(len(values))


@pytest.mark.parametrize(
    "given, message",
    [
        (dict(count=0), "count must be a whole number above 0"),
        (dict(temperature=0), "temperature must be a number above 0"),
        (dict(top_k=-1), "top_k"),
        (dict(top_k=2.0), "top_k"),
        (dict(top_p=0), "top_p must be a number above 0 up to 1"),
        (dict(top_p=1.5), "top_p"),
        (dict(min_p=1), "min_p must be a number from 0 to below 1"),
        (dict(seed=-1), "seed"),
    ],
)
def test_nonsense_is_refused(given, message):
    with pytest.raises(ZooError, match=message):
        Sample(**given)


def test_constraints_and_repr():
    assert (
        repr(Sample(2, seed=4))
        == "Sample(count=2, temperature=1.0, top_k=0, top_p=1.0, min_p=0.0, seed=4)"
    )
    assert "constraints=Constraints(min_length=2)" in repr(
        Sample(constraints=Constraints(min_length=2))
    )
