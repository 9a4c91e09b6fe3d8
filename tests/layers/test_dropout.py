"""Dropout's hash: rate, independence, repeatability."""

import keras
import numpy as np
import tensorflow as tf

from zoo.layers.dropout import Dropout, counter_hash, share


def test_rate_scale_and_inference():
    layer, x = Dropout(0.3, seed=1), tf.ones((200, 500))
    dropped = np.asarray(layer(x, training=True))
    np.testing.assert_allclose(np.unique(dropped), [0.0, 1 / 0.7], rtol=1e-6)
    assert abs((dropped == 0).mean() - 0.3) < 4 * np.sqrt(0.3 * 0.7 / x.shape.num_elements())
    np.testing.assert_array_equal(layer(x, training=False), x)


def test_calls_differ_and_a_seed_repeats():
    x = tf.ones((50, 50))
    layer, same = Dropout(0.5, seed=3), Dropout(0.5, seed=3)
    first, second = np.asarray(layer(x, training=True)), np.asarray(layer(x, training=True))
    assert 0.4 < (first == second).mean() < 0.6
    np.testing.assert_array_equal(same(x, training=True), first)


def test_compiled_equals_eager():
    x = tf.ones((64, 65))
    eager, compiled = Dropout(0.5, seed=3), Dropout(0.5, seed=3)
    eager(x), compiled(x)
    run = tf.function(lambda: compiled(x, training=True), jit_compile=True)
    for _ in range(3):
        np.testing.assert_array_equal(run(), eager(x, training=True))


def test_bits_are_balanced_and_neighbours_uncorrelated():
    values = np.asarray(counter_hash((1 << 16,), np.array([12345, 678], "int64")))
    assert values.min() >= 0 and values.max() < 2**32
    bits = (values[:, None] >> np.arange(32)) & 1
    assert np.abs(bits.mean(0) - 0.5).max() < 0.01
    uniform = values / 2**32
    for lag in (1, 2, 64, 256):
        assert abs(np.corrcoef(uniform[:-lag], uniform[lag:])[0, 1]) < 0.02


def test_gradient_flows_through_what_is_kept():
    layer, x = Dropout(0.5, seed=3), tf.Variable(tf.ones((10, 10)))
    with tf.GradientTape() as tape:
        y = layer(x, training=True)
    np.testing.assert_array_equal(tape.gradient(y, x), y)


def test_keras_saves_the_seed_with_the_layer():
    layer = Dropout(0.5, seed=3)
    layer(tf.ones((2, 2)), training=True)
    assert any(isinstance(v, keras.Variable) for v in layer.variables)


def test_devices_with_the_same_seed_drop_other_units():
    def kept(number):
        with share(number):
            return np.asarray(Dropout(0.5, seed=3)(tf.ones((50, 50)), training=True))

    alone = np.asarray(Dropout(0.5, seed=3)(tf.ones((50, 50)), training=True))
    np.testing.assert_array_equal(kept(0), alone)
    for other in (kept(tf.constant(1)), kept(2)):
        assert 0.4 < (other == alone).mean() < 0.6
