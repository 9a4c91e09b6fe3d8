"""Attention of a convolution against NumPy, and steps against the whole sequence."""

import numpy as np
import pytest
import tensorflow as tf

from zoo.layers.attentive_convolution import AttentiveConvolution, ConvolvedMemory

BATCH, TARGET, SOURCE, UNITS, MEMORY = 2, 4, 5, 4, 3


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


@pytest.fixture(scope="module")
def memory():
    mask = np.arange(SOURCE)[None] < np.array([SOURCE, 2])[:, None]
    keys = normal(BATCH, SOURCE, MEMORY, seed=1)
    values = normal(BATCH, SOURCE, MEMORY, seed=2)
    bias = np.where(mask, 0.0, -1e9).astype("float32")
    factor = np.sqrt(mask.sum(1)).astype("float32")
    return ConvolvedMemory(*map(tf.constant, (keys, values, bias, factor)))


def test_adds_the_context_that_its_query_finds(memory):
    layer = AttentiveConvolution(UNITS, 3, MEMORY, weight_norm=False)
    x, embedded = normal(BATCH, TARGET, UNITS), normal(BATCH, TARGET, MEMORY, seed=3)
    outputs, weights = layer(x, embedded=embedded, memory=memory)
    hidden = np.asarray(layer.convolution(x))
    kernel, bias = layer.query.get_weights()
    scores = (hidden @ kernel + bias + embedded) @ np.asarray(memory.keys).swapaxes(1, 2)
    scores = np.exp(scores + np.asarray(memory.bias)[:, None])
    expected = scores / scores.sum(-1, keepdims=True)
    np.testing.assert_allclose(weights, expected, rtol=1e-4, atol=1e-6)
    context = expected @ np.asarray(memory.values) * np.asarray(memory.factor)[:, None, None]
    kernel, bias = layer.context.get_weights()
    np.testing.assert_allclose(outputs, hidden + context @ kernel + bias, rtol=1e-4, atol=1e-5)


def test_steps_give_what_the_whole_sequence_gives(memory):
    layer = AttentiveConvolution(MEMORY, 3, MEMORY)  # of one width: the context is added as it is
    x, embedded = normal(BATCH, TARGET, MEMORY), normal(BATCH, TARGET, MEMORY, seed=3)
    whole, weights = layer(x, embedded=embedded, memory=memory)
    assert layer.context is None
    window = layer.convolution.empty_window(BATCH)[:, None]
    for t in range(TARGET):
        now = slice(t, t + 1)
        found, look, window = layer.step(x[:, now], embedded[:, now], memory, window)
        np.testing.assert_allclose(found, whole[:, now], rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(look, weights[:, now], rtol=1e-4, atol=1e-5)
