"""The recurrent loop's gradient against automatic differentiation of its steps one by one."""

import functools

import numpy as np
import pytest
import tensorflow as tf

from zoo.layers.loop import recurrent_loop

BATCH, SOURCE, STEPS, FEATURES, UNITS = 4, 6, 5, 3, 7


def step(x, state, shared):
    """A unit that looks at a memory; what it sees, and where, is put out and not read again."""
    hidden, pair, (memory, weights) = state["hidden"], state["pair"], shared
    attention = tf.nn.softmax(tf.einsum("bd,bsd->bs", hidden, memory))
    seen = tf.einsum("bs,bsd->bd", attention, memory)
    hidden = tf.tanh(x @ weights["input"] + hidden @ weights["recurrent"] + seen)
    return {"hidden": hidden, "pair": (0.5 * pair[0] + hidden, attention)}


def unrolled(step, inputs, state, shared):
    """The same, one step after the other."""
    states = []
    for x in tf.unstack(inputs):
        state = step(x, state, shared)
        states.append(state)
    return tf.nest.map_structure(lambda *rows: tf.stack(rows), *states)


def arguments(dtype=tf.float32):
    rng = np.random.default_rng(0)
    normal = lambda *shape: tf.constant(rng.standard_normal(shape), dtype)
    state = {"hidden": normal(BATCH, UNITS), "pair": (normal(BATCH, UNITS), normal(BATCH, SOURCE))}
    weights = {"input": normal(FEATURES, UNITS), "recurrent": normal(UNITS, UNITS) / 3}
    return normal(STEPS, BATCH, FEATURES), state, (normal(BATCH, SOURCE, UNITS), weights)


def run(loop, tensors, **options):
    """States of all steps, and the gradient of a function of them by every input."""
    rng = np.random.default_rng(1)
    weights = [rng.standard_normal(n).astype("float32") for n in (UNITS, UNITS, SOURCE)]

    @tf.function(**options)
    def compute(tensors):
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            states = loop(step, *tensors)
            loss = sum(
                tf.reduce_sum(tf.sin(tf.cast(x, tf.float32)) * w)
                for x, w in zip(tf.nest.flatten(states), weights)
            )
        return states, tape.gradient(
            loss, tensors, unconnected_gradients=tf.UnconnectedGradients.ZERO
        )

    return compute(tensors)


@functools.cache
def expected_states_and_gradients():
    return run(unrolled, arguments())


@pytest.mark.parametrize("how", ["eager", "graph", "graph of unknown lengths", "XLA"])
def test_gradient_equals_that_of_single_steps(how):
    tensors, expected = arguments(), expected_states_and_gradients()
    options = {"jit_compile": how == "XLA"}
    if how == "graph of unknown lengths":
        unknown = lambda x, kept: tf.TensorSpec(
            [None] * (x.shape.rank - kept) + x.shape[x.shape.rank - kept :], x.dtype
        )
        inputs, state, (memory, weights) = tensors
        first = {
            "hidden": unknown(state["hidden"], 1),
            "pair": (unknown(state["pair"][0], 1), unknown(state["pair"][1], 0)),
        }
        options["input_signature"] = [
            (
                unknown(inputs, 1),
                first,
                (unknown(memory, 1), tf.nest.map_structure(lambda w: unknown(w, 2), weights)),
            )
        ]
    tf.config.run_functions_eagerly(how == "eager")
    try:
        found = run(recurrent_loop, tensors, **options)
    finally:
        tf.config.run_functions_eagerly(False)
    tf.nest.assert_same_structure(found, expected)
    assert len(tf.nest.flatten(found)) == 3 + 7
    for a, b in zip(tf.nest.flatten(found), tf.nest.flatten(expected)):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=2e-5)


def test_one_step_is_enough():
    inputs, state, shared = arguments()
    tensors = inputs[:1], state, shared
    found, expected = run(recurrent_loop, tensors, jit_compile=True), run(unrolled, tensors)
    for a, b in zip(tf.nest.flatten(found), tf.nest.flatten(expected)):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=2e-5)


def test_weights_gradients_add_up_in_float32():
    """In bfloat16 a sum of many small gradients stands still: 256 + 1 = 256."""
    steps, one = 1024, tf.ones((1, 1), tf.bfloat16)
    inputs = tf.ones((steps, 1, 1), tf.bfloat16)

    @tf.function(jit_compile=True)
    def gradient(weight):
        with tf.GradientTape() as tape:
            tape.watch(weight)
            (states,) = recurrent_loop(
                lambda x, state, shared: (x * shared[0],), inputs, (one,), (weight,)
            )
            loss = tf.reduce_sum(tf.cast(states, tf.float32))
        return tape.gradient(loss, weight)

    assert float(gradient(one)[0, 0]) == steps
