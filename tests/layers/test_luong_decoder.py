"""Luong's decoder: steps against the whole sequence, with and without input feeding."""

import numpy as np
import pytest
import tensorflow as tf

from zoo.layers.luong_decoder import LuongDecoder
from zoo.seq2seq import Memory

BATCH, STEPS, SOURCE, UNITS, DEPTH = 2, 3, 5, 4, 2


def normal(*shape, seed=0):
    return tf.constant(np.random.default_rng(seed).normal(size=shape), tf.float32)


@pytest.mark.parametrize("input_feeding", [True, False])
def test_steps_give_what_the_whole_sequence_gives(input_feeding):
    layer = LuongDecoder(UNITS, DEPTH, "general", None, input_feeding)
    inputs = normal(BATCH, STEPS, UNITS)
    mask = np.arange(SOURCE)[None] < np.array([SOURCE, 2])[:, None]
    memory = layer.prepare(Memory(normal(BATCH, SOURCE, UNITS, seed=1), mask))
    state = [(normal(BATCH, UNITS, seed=i), normal(BATCH, UNITS, seed=i + 2)) for i in (2, 3)]
    vectors, weights = layer(inputs, memory=memory, state=tuple(state))
    hypotheses = tuple((h[:, None], c[:, None]) for h, c in state)
    fed = tf.zeros((BATCH, 1, UNITS))
    for t in range(STEPS):
        now = slice(t, t + 1)
        fed, look, hypotheses = layer.step(inputs[:, now], memory, fed, hypotheses)
        np.testing.assert_allclose(fed, vectors[:, now], rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(look, weights[:, now], rtol=1e-4, atol=1e-5)


def test_the_attentional_vector_is_an_input_only_with_input_feeding():
    for input_feeding, width in ((True, 2 * UNITS), (False, UNITS)):
        layer = LuongDecoder(UNITS, 1, "dot", None, input_feeding)
        layer.build()
        assert layer.lstms[0].cell.kernel.shape == (width, 4 * UNITS)
