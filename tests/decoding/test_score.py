"""Scores of given pairs."""

import numpy as np
import pytest

import zoo
from tests.contract.conftest import make, shared
from zoo.decoding import Beam, generate
from zoo.decoding.score import attention
from zoo.errors import ZooError


@pytest.fixture(scope="module")
def model():
    return shared("transformer_nano", depth=1)


@pytest.fixture(scope="module")
def pairs():
    rng = np.random.default_rng(4)
    return [
        [[*rng.integers(4, 20, n).tolist(), 2] for n in rng.integers(0, 40, 23)] for _ in range(2)
    ]


def test_score_is_the_sum_of_the_tokens_log_probabilities(model, pairs):
    found = zoo.score(model, *pairs, jit=False)
    for source, target, score in zip(*pairs, found):
        logits = np.array(model((np.array([source]), np.array([[1, *target[:-1]]]))), "float64")[0]
        log_p = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
        expected = [log_p[t, i] for t, i in enumerate(target)]
        np.testing.assert_allclose(score.tokens, expected, rtol=1e-4, atol=1e-4)
        assert score.log_probability == pytest.approx(sum(expected), rel=1e-4)


def test_score_does_not_depend_on_batch_or_compilation(model, pairs):
    plain = [s.log_probability for s in zoo.score(model, *pairs, jit=False)]
    for options in (dict(rows=5, jit=False), {}):
        found = [s.log_probability for s in zoo.score(model, *pairs, **options)]
        np.testing.assert_allclose(found, plain, rtol=1e-4, atol=1e-4)


def test_a_pair_that_fits_the_positions_is_scored_without_the_compiler_too():
    """Its padding stands beyond them."""
    model = make("prefix_lm_nano", depth=1)  # of 128 positions
    pair = [[*[4] * 59, 2]], [[*[5] * 65, 2]]
    eager, compiled = (zoo.score(model, *pair, jit=jit)[0] for jit in (False, True))
    np.testing.assert_allclose(eager.tokens, compiled.tokens, rtol=1e-4, atol=1e-4)


def test_attention_is_that_of_the_alignment_compiled_too(model, pairs):
    sources, targets = (side[:5] for side in pairs)
    for jit in (False, True):
        for source, target, look in zip(
            sources, targets, attention(model, sources, targets, jit=jit), strict=True
        ):
            expected = model.align(np.array([source]), np.array([[1, *target[:-1]]]))[0]
            np.testing.assert_allclose(look, expected, rtol=1e-4, atol=1e-5)


def test_score_agrees_with_the_search(traced, model, pairs):
    outputs = [
        (source, [*o.ids, 2] if o.ended else o.ids, o.log_probability)
        for source, best in zip(pairs[0], generate(model, pairs[0], Beam(3), 9))
        for o in best
    ]
    sources, targets, expected = zip(*outputs)
    found = [s.log_probability for s in zoo.score(model, sources, targets)]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    "sources, targets, message",
    [
        ([[5, 2]], [], "there are 1 sources and 0 targets"),
        ([[5, 2], []], [[2], [2]], "source 2 is empty"),
        ([[5, 2]], [[]], "target 1 is empty"),
        ([[5, 2]], [[50, 2]], r"target 1 has a token outside 1..19: \[50, 2\]"),
    ],
)
def test_pairs_that_cannot_be_scored(model, sources, targets, message):
    with pytest.raises(ZooError, match=message):
        zoo.score(model, sources, targets)
    assert zoo.score(model, [], []) == []


def test_frames_that_cannot_be_scored():
    model = make("lstm_seq2seq_nano", source_features=3)
    good = np.zeros((2, 3), "float32")
    for frames, message in (
        (np.zeros((2, 4)), r"source 2 must be frames of 3 numbers, \[S, 3\], got \[2, 4\]"),
        ([5, 2], r"source 2 must be frames of 3 numbers, \[S, 3\], got \[2\]"),
        (np.zeros((0, 3)), "source 2 must be frames"),
        (np.full((2, 3), np.nan), "source 2 has frames with NaN"),
    ):
        with pytest.raises(ZooError, match=message):
            zoo.score(model, [good, frames], [[2], [2]])
