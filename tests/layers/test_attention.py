"""Multi-head attention against its equation in NumPy, head by head."""

import numpy as np
import pytest
import tensorflow as tf

import zoo
from zoo.layers.attention import KeysValues, MultiHeadAttention, causal_bias, padding_bias
from zoo.layers.positions import rotate

UNITS, HEADS = 6, 2


@pytest.fixture(scope="module")
def layer():
    layer = MultiHeadAttention(UNITS, HEADS, head_units=4)
    layer.build(None)
    rng = np.random.default_rng(0)
    for variable in layer.trainable_variables:
        variable.assign(rng.normal(size=variable.shape))
    return layer


def normal(*shape, seed=1):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def reference(layer, queries, states, bias):
    """Outputs and weights of queries [T, D] and states [S, D] of one source."""

    def heads(part, x):
        kernel, offset = part.get_weights()
        return (x @ kernel + offset).reshape(len(x), HEADS, 4).swapaxes(0, 1)

    q, k, v = heads(layer.query, queries), heads(layer.key, states), heads(layer.value, states)
    scores = q @ k.swapaxes(1, 2) / 2 + bias  # sqrt(4)
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights /= weights.sum(-1, keepdims=True)
    kernel, offset = layer.output_projection.get_weights()
    return (weights @ v).swapaxes(0, 1).reshape(len(queries), -1) @ kernel + offset, weights


def test_equals_the_equation_and_masks_padding(layer):
    queries, states = normal(2, 3, UNITS), normal(2, 5, UNITS, seed=2)
    lengths = [5, 2]
    bias = padding_bias(np.arange(5)[None] < np.array(lengths)[:, None])
    seen = layer.keys_values(tf.constant(states))
    outputs, weights = layer(layer.query(queries), seen=seen, bias=bias)
    for row, length in enumerate(lengths):
        expected, shares = reference(layer, queries[row], states[row, :length], 0.0)
        np.testing.assert_allclose(outputs[row], expected, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(weights[row, :, :, :length], shares, rtol=1e-4, atol=1e-5)
        assert not np.asarray(weights[row, :, :, length:]).any()


def test_causal_positions_do_not_look_ahead(layer):
    x = normal(1, 4, UNITS)
    queries, seen = layer.project(tf.constant(x))
    outputs, _ = layer(queries, seen=seen, bias=causal_bias(4))
    expected, _ = reference(layer, x[0], x[0], np.where(np.tri(4), 0.0, -np.inf))
    np.testing.assert_allclose(outputs[0], expected, rtol=1e-4, atol=1e-4)


def test_a_prefix_stands_before_the_other_keys_under_one_softmax(layer):
    queries, states = layer.query(normal(1, 2, UNITS)), normal(1, 7, UNITS, seed=2)
    whole = layer(queries, seen=layer.keys_values(tf.constant(states)))
    prefix, seen = (layer.keys_values(tf.constant(x)) for x in (states[:, :3], states[:, 3:]))
    for found, expected in zip(layer(queries, seen=seen, prefix=prefix), whole):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_rotated_queries_and_keys_look_by_distance(layer):
    x = tf.constant(normal(1, 3, UNITS))
    found = []
    for first in (0, 5):
        positions = tf.range(first, first + 3)
        queries, seen = layer.project(x, positions)
        found.append(layer(queries, seen=seen, rotation=positions)[0])
    np.testing.assert_allclose(found[0], found[1], rtol=1e-3, atol=1e-3)
    plain = layer.split(layer.key(x))
    expected = tf.transpose(rotate(plain, tf.range(5, 8)), (0, 1, 3, 2))
    np.testing.assert_allclose(seen.keys, expected, rtol=1e-5, atol=1e-6)


def test_keys_and_values_by_position_and_back(layer):
    seen = layer.keys_values(tf.constant(normal(2, 5, UNITS)))
    by_position = seen.by_position()
    assert {tuple(x.shape) for x in by_position} == {(2, 5, HEADS, 4)}
    for a, b in zip(KeysValues.from_positions(*by_position), seen):
        np.testing.assert_array_equal(a, b)


def test_a_row_of_padding_stays_finite_in_float16():
    model = zoo.create("transformer_nano", 20, 20, dtype="mixed_float16")
    source, target = np.array([[5, 2], [0, 0]]), np.array([[1, 5], [1, 5]])
    assert np.isfinite(np.asarray(model((source, target)))).all()
