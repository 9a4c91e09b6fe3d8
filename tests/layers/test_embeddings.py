"""Logits of an output embedding: one matrix or two, hoisted or not, one vector or many."""

import numpy as np
import pytest
import tensorflow as tf

from zoo.layers.embeddings import OutputEmbedding, without_padding
from zoo.layers.hoisting import _hoisted
from zoo.loss import summed_crossentropy


@pytest.mark.parametrize("tied", [True, False])
def test_logits_are_products_with_the_output_matrix(tied):
    rng = np.random.default_rng(0)
    layer = OutputEmbedding(7, 4, tie_weights=tied)
    layer(np.zeros((1, 1), "int32"))
    matrix = np.asarray(layer.embeddings).T if tied else np.asarray(layer.reverse_embeddings)
    assert len(layer.weights) == (1 if tied else 2)
    for shape in ((2, 3, 4), (1, 1, 4)):
        x = tf.constant(rng.normal(size=shape), "float32")
        np.testing.assert_allclose(layer.logits(x), x @ matrix, rtol=1e-5, atol=1e-6)
        token = _hoisted.set({id(layer): layer.hoist()})
        np.testing.assert_allclose(layer.logits(x), x @ matrix, rtol=1e-5, atol=1e-6)
        _hoisted.reset(token)


def test_logits_of_bfloat16_are_float32():
    layer = OutputEmbedding(7, 4, tie_weights=True, dtype="mixed_bfloat16")
    x = tf.cast(layer(np.zeros((1, 2), "int32")), "bfloat16")
    assert layer.logits(x).dtype == tf.float32


def test_a_token_without_probability_costs_label_smoothing_little():
    logits = tf.constant(np.random.default_rng(0).normal(size=(2, 3, 50)), "float32")
    with tf.GradientTape() as tape:
        tape.watch(logits)
        found = without_padding(logits)
        total, count = summed_crossentropy(tf.constant([[4, 5, 6]] * 2), found, 0.1)
    assert np.asarray(tf.nn.softmax(found))[..., 0].max() < 1e-12
    np.testing.assert_array_equal(found[..., 1:], logits[..., 1:])
    assert float(total / count) < 7 and not np.any(tape.gradient(total, logits)[..., 0])
