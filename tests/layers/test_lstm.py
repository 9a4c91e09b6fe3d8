"""The LSTM against `keras.layers.LSTM` with equal weights: outputs, states and gradients."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.layers.lstm import LSTM, lstm_loop

BATCH, STEPS, FEATURES, UNITS = 5, 7, 6, 8


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("given_state", [False, True])
@pytest.mark.parametrize("jit", [False, True])
def test_equals_keras_lstm(backwards, given_state, jit):
    rng = np.random.default_rng(0)
    x = tf.constant(rng.standard_normal((BATCH, STEPS, FEATURES)), tf.float32)
    lengths = np.array([STEPS, 1, 3, 5, 2])
    mask = tf.constant(np.arange(STEPS)[None] < lengths[:, None])
    state = (
        [tf.constant(rng.standard_normal((BATCH, UNITS)), tf.float32) for _ in range(2)]
        if given_state
        else None
    )
    ours = LSTM(UNITS, backwards=backwards)
    theirs = keras.layers.LSTM(
        UNITS, return_sequences=True, return_state=True, go_backwards=backwards, use_cudnn=False
    )
    ours(x, mask=mask), theirs(x, mask=mask)
    theirs.set_weights(ours.get_weights())
    weights = tf.constant(rng.standard_normal((BATCH, STEPS, UNITS)), tf.float32)

    def run(call, variables, jit=False):
        @tf.function(jit_compile=jit)
        def compute(x):
            with tf.GradientTape() as tape:
                tape.watch(x)
                outputs, hidden, cell = call(x)
                real = tf.cast(mask, tf.float32)[..., None]
                loss = (
                    tf.reduce_sum(outputs * real * weights)
                    + tf.reduce_sum(tf.sin(hidden))
                    + tf.reduce_sum(cell * cell)
                )
            return outputs * real, hidden, cell, tape.gradient(loss, [x, *variables])

        return compute(x)

    def call_ours(x):
        outputs, (hidden, cell) = ours(x, mask=mask, state=state)
        return outputs, hidden, cell

    def call_theirs(x):
        outputs, hidden, cell = theirs(x, mask=mask, initial_state=state)
        return tf.reverse(outputs, [1]) if backwards else outputs, hidden, cell

    for mine, other in zip(
        tf.nest.flatten(run(call_ours, ours.trainable_variables, jit)),
        tf.nest.flatten(run(call_theirs, theirs.trainable_variables)),
    ):
        np.testing.assert_allclose(mine, other, rtol=1e-4, atol=2e-5)


def test_backwards_is_the_reversal_of_each_source_within_its_length():
    rng = np.random.default_rng(1)
    x = rng.standard_normal((BATCH, STEPS, FEATURES)).astype("float32")
    lengths = np.array([STEPS, 1, 3, 5, 2])
    mask = np.arange(STEPS)[None] < lengths[:, None]
    flipped = x.copy()
    for row, length in enumerate(lengths):
        flipped[row, :length] = x[row, :length][::-1]
    backwards, forwards = LSTM(UNITS, backwards=True), LSTM(UNITS)
    backwards(x, mask=mask), forwards(x, mask=mask)
    forwards.set_weights(backwards.get_weights())
    _, one = backwards(x, mask=mask)
    _, other = forwards(flipped, mask=mask)
    for a, b in zip(one, other):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_many_steps_keep_their_precision_in_16_bits():
    """Rounding the cell and the carried gradients at every step made all of these wrong by 0.04."""
    rng = np.random.default_rng(0)
    steps, rows, units, found = 500, 2, 4, []
    shapes = (rows, units), (rows, units), (units, 4 * units)
    gates = 0.3 * rng.standard_normal((steps, rows, 4 * units))
    gates[..., units : 2 * units] += 5.0  # forget gates near 1: the cell is a long sum
    first = [scale * rng.standard_normal(shape) for scale, shape in zip((0.3, 0.3, 0.1), shapes)]
    for dtype in ("float32", "bfloat16"):
        gates, hidden, cell, recurrent = (
            tf.cast(tf.cast(x, "bfloat16"), dtype) for x in (gates, *first)
        )

        @tf.function(autograph=False)  # a loop of many steps is slow without
        def results(gates, recurrent, hidden=hidden, cell=cell):
            with tf.GradientTape() as tape:
                tape.watch([gates, recurrent])
                _, _, last = lstm_loop(gates, tf.ones((steps, rows, 1)), hidden, cell, recurrent)
                loss = tf.reduce_sum(last)
            return last, *tape.gradient(loss, [gates, recurrent])

        found.append([np.asarray(tf.cast(x, "float32")) for x in results(gates, recurrent)])
    for exact, rounded in zip(*found):
        assert np.abs(exact - rounded).max() < 0.02 * np.abs(exact).max()
