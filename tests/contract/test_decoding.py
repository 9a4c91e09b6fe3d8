"""Greedy and beam search over every variant."""

import functools
import itertools

import numpy as np
import pytest
import tensorflow as tf

from tests.contract.conftest import VOCABULARY, ids, shallow, shared
from zoo.decoding import Beam, Greedy, generate

LENGTH = 6
FEW = 6  # padding, start, end, unknown and two more: four tokens may be put out
# One of each kind of state, which is all that a search sees of a model.
KINDS = ["bilstm_bahdanau_nano", "conv_seq2seq_nano", "prefix_lm_nano", "transformer_nano"]


@functools.cache
def found(name, strategy, length=LENGTH, vocabulary=VOCABULARY):
    """Sources of six rows, and their `Hypotheses`."""
    source, _ = ids(rows=6, vocabulary=vocabulary)
    return source, strategy(shared(name, vocabulary=vocabulary), tf.constant(source), length)


def test_beam_of_one_equals_greedy(name):
    _, greedy = found(name, Greedy())
    _, beam = found(name, Beam(1, 0.6))
    np.testing.assert_array_equal(beam.tokens, greedy.tokens)
    np.testing.assert_allclose(
        beam.log_probabilities, greedy.log_probabilities, rtol=1e-4, atol=1e-4
    )


def test_beam_equals_exhaustive_search(name):
    """Without a penalty, too: tests/decoding/test_constraints.py, on one model."""
    length, penalty = 4, 0.6
    model = shared(name, vocabulary=FEW)
    coverage = 0.3 if model.attentive else 0.0
    source, _ = ids(rows=3, vocabulary=FEW, source=5)
    strategy = Beam(4**length, penalty, coverage_penalty=coverage)
    best_first = strategy(model, tf.constant(source), length)
    outputs = [
        out
        for n in range(length + 1)
        for out in itertools.product((2, 3, 4, 5), repeat=n)
        if out and 2 not in out[:-1] and (out[-1] == 2 or n == length)
    ]
    repeated = np.repeat(source, len(outputs), 0)
    every = forced(model, repeated, outputs * len(source), penalty, coverage)
    for row, own in enumerate(every.reshape(len(source), -1)):
        scores = dict(zip(outputs, own))
        best = sorted(scores, key=scores.get, reverse=True)[:20]
        for rank, out in enumerate(best):
            tokens = tuple(int(t) for t in best_first.tokens[row, rank] if t)
            np.testing.assert_allclose(
                best_first.scores[row, rank], scores[out], rtol=1e-4, atol=1e-4
            )
            assert tokens == out or abs(scores[tokens] - scores[out]) < 1e-4


def forced(model, sources, outputs, penalty, coverage=0.0):
    """Scores of outputs, one per source [N, S], by teacher forcing."""
    target = np.zeros((len(outputs), max(map(len, outputs))), "int32")
    for row, out in enumerate(outputs):
        target[row, : len(out)] = out
    opened = np.concatenate(
        [np.full((len(outputs), 1), model.start_id, "int32"), target[:, :-1]], 1
    )
    logits = np.array(model((sources, opened)), "float64")
    log_p = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    picked = (np.take_along_axis(log_p, target[..., None], -1)[..., 0] * (target != 0)).sum(-1)
    scores = picked / ((5 + (target != 0).sum(-1)) / 6) ** penalty
    if coverage:
        looks = np.array(model.align(sources, opened), "float64") * (target != 0)[..., None]
        scores += coverage * (np.log(np.clip(looks.sum(1), 1e-9, 1)) * (sources != 0)).sum(-1)
    return scores


def test_returned_score_is_the_score_of_teacher_forcing(name, small):
    source, best = found(name, Beam(4, 0.6))
    outputs = [tuple(int(t) for t in out if t) for few in np.asarray(best.tokens) for out in few]
    expected = forced(small, np.repeat(source, 4, 0), outputs, 0.6)
    np.testing.assert_allclose(np.reshape(best.scores, -1), expected, rtol=1e-4, atol=1e-4)


def test_hypotheses_differ_and_are_ranked(name):
    _, best = found(name, Beam(4, 0.6))
    assert (np.diff(best.scores, axis=1) <= 1e-6).all()
    for row in np.asarray(best.tokens):
        assert len({tuple(out) for out in row}) == 4


@pytest.mark.parametrize("name", KINDS)
def test_finished_hypotheses_never_change(name):
    (_, short), (_, long) = (found(name, Beam(4, 0.6), n, FEW) for n in (LENGTH - 2, LENGTH))
    kept = 0
    for row in range(6):
        early, late = (
            {
                tuple(map(int, tokens[: LENGTH - 2])): float(score)
                for tokens, score in zip(best.tokens[row], best.scores[row])
                if 2 in tokens[: LENGTH - 2]
            }
            for best in (short, long)
        )
        for out, score in early.items():
            if out in late:
                kept += 1
                assert abs(score - late[out]) < 1e-4
            else:  # others that ended later have overtaken it
                assert score <= long.scores[row, -1] + 1e-4
    assert kept > 0


def test_generate_does_not_depend_on_batch_order_or_compilation(name):
    model, (source, _) = shallow(name), ids(rows=7)
    strategy = Beam(3, 0.6) if name in KINDS else Greedy()
    sources = [row[row != 0].tolist() for row in source]
    compiled = generate(model, sources, strategy, 4)
    other = generate(model, sources[::-1], strategy, 4, rows=4, jit=False)[::-1]
    for best, others in zip(compiled, other, strict=True):
        assert [o.ids for o in best] == [o.ids for o in others]
        scores = [o.score for o in others]
        np.testing.assert_allclose([o.score for o in best], scores, rtol=1e-4, atol=1e-4)


def test_greedy_is_the_argmax_of_the_model_on_its_own_output(name, small):
    """Equal to calling the model on ever longer prefixes, as no logit depends on later tokens."""
    source, best = found(name, Greedy())
    tokens = np.asarray(best.tokens)[:, 0]
    opened = np.concatenate([np.full((6, 1), small.start_id), tokens[:, :-1]], 1).astype("int32")
    logits = np.array(small((source, opened)))
    logits[..., [0, small.start_id]] = -np.inf
    ended = np.cumsum(tokens == small.end_id, 1) - (tokens == small.end_id) > 0
    np.testing.assert_array_equal(tokens, np.where(ended, 0, logits.argmax(-1)))
