"""The attentive LSTM's own gradient against automatic differentiation of its single steps."""

import numpy as np
import pytest
import tensorflow as tf

from zoo.layers.attentive_lstm import AttentiveLSTM, attentive_loop
from zoo.seq2seq import Memory

BATCH, SOURCE, TARGET, UNITS, MEMORY, FEATURES = 4, 6, 5, 7, 10, 8


@pytest.mark.parametrize("jit", [False, True])
def test_gradient_equals_that_of_single_steps(jit):
    rng = np.random.default_rng(0)
    normal = lambda *shape: tf.constant(rng.standard_normal(shape), tf.float32)
    layer = AttentiveLSTM(UNITS, 9, MEMORY, FEATURES)
    layer.build()
    tensors = (
        normal(BATCH, TARGET, FEATURES),
        normal(BATCH, SOURCE, MEMORY),
        normal(BATCH, UNITS),
        normal(BATCH, UNITS),
    )
    mask = np.arange(SOURCE)[None] < np.array([6, 1, 3, 4])[:, None]
    weights = (
        normal(BATCH, TARGET, UNITS),
        normal(BATCH, TARGET, MEMORY),
        normal(BATCH, TARGET, SOURCE),
    )

    def by_loop(inputs, states, hidden, cell):
        memory = layer.prepare(Memory(states, mask))
        return layer(inputs, memory=memory, state=(hidden, cell))[:2]

    def by_steps(inputs, states, hidden, cell):
        memory, rows = layer.prepare(Memory(states, mask)), []
        state = hidden[:, None], cell[:, None]
        for t in range(TARGET):
            output, context, _, state = layer.step(inputs[:, t : t + 1], memory, state)
            rows.append((output[:, 0], context[:, 0]))
        return tuple(tf.stack(column, 1) for column in zip(*rows))

    def results(function, jit):
        @tf.function(jit_compile=jit)
        def compute(*tensors):
            with tf.GradientTape() as tape:
                tape.watch(tensors)
                outputs = function(*tensors)
                loss = sum(tf.reduce_sum(tf.sin(x) * w) for x, w in zip(outputs, weights))
            return outputs, tape.gradient(loss, [*tensors, *layer.trainable_variables])

        return tf.nest.flatten(compute(*tensors))

    found, expected = results(by_loop, jit), results(by_steps, False)
    assert len(found) == 2 + 4 + 7
    for a, b in zip(found, expected):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=2e-5)


def test_the_gradient_of_the_attention_weights_is_complete():
    rng = np.random.default_rng(1)
    layer = AttentiveLSTM(UNITS, 9, MEMORY, FEATURES)
    layer.build()
    inputs, states, hidden, cell = (
        rng.standard_normal(s).astype("float32")
        for s in ((1, TARGET, FEATURES), (1, SOURCE, MEMORY), (1, UNITS), (1, UNITS))
    )
    weights = rng.standard_normal((1, TARGET, SOURCE))

    def attention(states):
        memory = layer.prepare(Memory(states, np.ones((1, SOURCE), bool)))
        return layer(inputs, memory=memory, state=(hidden, cell))[2]

    variable = tf.Variable(states)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(attention(variable) * weights)
    gradient, step = np.asarray(tape.gradient(loss, variable), "float64"), 1e-2
    for _ in range(5):
        direction = rng.standard_normal(states.shape)
        direction *= step / np.linalg.norm(direction)
        moved = (attention(tf.constant(states + sign * direction, tf.float32)) for sign in (1, -1))
        above, below = (float((np.asarray(x, "float64") * weights).sum()) for x in moved)
        assert (above - below) / 2 == pytest.approx((gradient * direction).sum(), abs=2e-5)


def test_sums_over_many_steps_keep_their_precision_in_16_bits():
    """The gradients by keys and score, summed over time, against those of float32."""
    rng = np.random.default_rng(2)
    steps, units, found = 300, 4, []
    shapes = dict(gates=(steps, 2, 4 * units), states=(2, 3, 5), keys=(2, 3, 6), bias=(2, 3))
    shapes |= dict(hidden=(2, units), cell=(2, units), query=(units, 6), score=(6,))
    shapes |= dict(kernel=(5, 4 * units), recurrent=(units, 4 * units))
    values = [0.3 * rng.standard_normal(shape) for shape in shapes.values()]
    for dtype in ("float32", "bfloat16"):
        tensors = [tf.cast(tf.cast(x, "bfloat16"), dtype) for x in values]

        @tf.function(autograph=False)  # a loop of many steps is slow without
        def of_keys_and_score(*tensors):
            with tf.GradientTape() as tape:
                tape.watch(tensors)
                loss = tf.reduce_sum(tf.cast(attentive_loop(*tensors)[1], "float32"))
            return tape.gradient(loss, [tensors[2], tensors[7]])

        gradients = of_keys_and_score(*tensors)
        assert all(x.dtype == dtype for x in gradients)
        found.append([np.asarray(x, "float32") for x in gradients])
    for exact, rounded in zip(*found):
        assert np.abs(exact - rounded).max() < 0.01 * np.abs(exact).max()
