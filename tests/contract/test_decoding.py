"""Greedy and beam search over every variant."""

import itertools

import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from tests.contract.conftest import ids, shared
from zoo.decoding import Beam, Greedy, generate
from zoo.decoding.generate import until_end

LENGTH = 6


def test_beam_of_one_equals_greedy(small):
    source, _ = ids(rows=8)
    greedy = Greedy()(small, tf.constant(source), LENGTH)
    for penalty in (0.0, 0.6, 1.0):
        beam = Beam(1, penalty)(small, tf.constant(source), LENGTH)
        np.testing.assert_array_equal(beam.tokens, greedy.tokens)
        np.testing.assert_allclose(
            beam.log_probabilities, greedy.log_probabilities, rtol=1e-4, atol=1e-4
        )


@pytest.mark.parametrize("penalty, coverage", [(0.0, 0.0), (0.6, 0.3)])
def test_beam_equals_exhaustive_search(name, penalty, coverage):
    vocabulary = 6  # padding, start, end, unknown and two more: four tokens may be put out
    length = 4
    model = shared(name, vocabulary=vocabulary)
    coverage = coverage if model.attentive else 0.0
    source, _ = ids(rows=3, vocabulary=vocabulary, source=5)
    found = Beam(4**length, penalty, coverage_penalty=coverage)(model, tf.constant(source), length)
    outputs = [
        out
        for n in range(length + 1)
        for out in itertools.product((2, 3, 4, 5), repeat=n)
        if out and 2 not in out[:-1] and (out[-1] == 2 or n == length)
    ]
    for row in range(len(source)):
        scores = dict(
            zip(
                outputs,
                forced(
                    model,
                    np.repeat(source[row : row + 1], len(outputs), 0),
                    outputs,
                    penalty,
                    coverage,
                ),
            )
        )
        best = sorted(scores, key=scores.get, reverse=True)[:20]
        for rank, out in enumerate(best):
            tokens = tuple(int(t) for t in found.tokens[row, rank] if t)
            np.testing.assert_allclose(found.scores[row, rank], scores[out], rtol=1e-4, atol=1e-4)
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


def test_returned_score_is_the_score_of_teacher_forcing(small):
    source, _ = ids(rows=6)
    found = Beam(3, 0.6)(small, tf.constant(source), LENGTH)
    outputs = [tuple(int(t) for t in out if t) for best in np.asarray(found.tokens) for out in best]
    expected = forced(small, np.repeat(source, 3, 0), outputs, 0.6)
    np.testing.assert_allclose(np.reshape(found.scores, -1), expected, rtol=1e-4, atol=1e-4)


def test_hypotheses_differ_and_are_ranked(small):
    source, _ = ids(rows=6)
    found = Beam(4, 0.6)(small, tf.constant(source), LENGTH)
    assert (np.diff(found.scores, axis=1) <= 1e-6).all()
    for row in np.asarray(found.tokens):
        assert len({tuple(out) for out in row}) == 4


def test_finished_hypotheses_never_change(small):
    source, _ = ids(rows=6)
    short, long = (Beam(4, 0.0)(small, tf.constant(source), n) for n in (LENGTH - 2, LENGTH + 1))
    for row in range(6):
        early = {
            tuple(map(int, t)): float(s)
            for t, s in zip(short.tokens[row], short.scores[row])
            if 2 in t
        }
        late = {
            tuple(map(int, t[: LENGTH - 2])): float(s)
            for t, s in zip(long.tokens[row], long.scores[row])
            if 2 in t[: LENGTH - 2]
        }
        for out in early.keys() & late.keys():
            assert abs(early[out] - late[out]) < 1e-4


def test_generate_does_not_depend_on_batch_order_or_compilation(small):
    strategy, (source, _) = Beam(3, 0.6), ids(rows=7)
    sources = [row[row != 0].tolist() for row in source]
    compiled = generate(small, sources, strategy, LENGTH)
    other = generate(small, sources[::-1], strategy, LENGTH, rows=4, jit=False)[::-1]
    for best, others in zip(compiled, other, strict=True):
        assert [o.ids for o in best] == [o.ids for o in others]
        scores = [o.score for o in others]
        np.testing.assert_allclose([o.score for o in best], scores, rtol=1e-4, atol=1e-4)


def test_greedy_equals_calling_the_model_on_the_whole_prefix(small):
    source, _ = ids(rows=6)
    found = generate(small, [row[row != 0].tolist() for row in source], Greedy(), LENGTH, jit=False)
    prefix = np.full((6, 1), small.start_id, "int32")
    for _ in range(LENGTH):
        logits = np.array(ops.convert_to_numpy(small((source, prefix)))[:, -1])
        logits[:, [0, small.start_id]] = -np.inf
        prefix = np.concatenate([prefix, logits.argmax(-1)[:, None].astype("int32")], 1)
    assert [best[0].ids for best in found] == [until_end(row[1:], small.end_id) for row in prefix]
