"""Gated units against their equations in NumPy, step by step."""

import numpy as np
import tensorflow as tf

from zoo.layers.gru import AttentiveGRU, SummaryGRU
from zoo.seq2seq import Memory

BATCH, STEPS, FEATURES, UNITS, CONTEXT, SOURCE = 2, 4, 3, 5, 6, 7


def normal(*shape, seed=0):
    return tf.constant(np.random.default_rng(seed).normal(size=shape), tf.float32)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def test_a_summary_unit_reads_the_context_and_resets_after_the_product():
    layer = SummaryGRU(UNITS, CONTEXT, FEATURES)
    inputs, context = normal(BATCH, STEPS, FEATURES), normal(BATCH, CONTEXT, seed=1)
    state = normal(BATCH, UNITS, seed=2)
    summary = layer.of_context(context)
    whole = layer(inputs, context=summary, state=state)
    h, hypotheses = np.asarray(state), state[:, None]
    for t in range(STEPS):
        gates = np.split(np.asarray(layer.kernel(inputs[:, t])), 3, -1)
        looks = np.split(h @ np.asarray(layer.recurrent) + np.asarray(summary), 3, -1)
        z, r = sigmoid(gates[0] + looks[0]), sigmoid(gates[1] + looks[1])
        h = z * h + (1 - z) * np.tanh(gates[2] + r * looks[2])
        np.testing.assert_allclose(whole[:, t], h, rtol=1e-4, atol=1e-5)
        hypotheses = layer.step(inputs[:, t : t + 1], summary, hypotheses)
        np.testing.assert_allclose(hypotheses[:, 0], h, rtol=1e-4, atol=1e-5)


def test_an_attentive_unit_looks_with_the_state_before_the_step():
    layer = AttentiveGRU(UNITS, 4, CONTEXT, FEATURES)
    inputs, state = normal(BATCH, STEPS, FEATURES), normal(BATCH, UNITS, seed=2)
    mask = np.arange(SOURCE)[None] < np.array([SOURCE, 3])[:, None]
    memory = layer.prepare(Memory(normal(BATCH, SOURCE, CONTEXT, seed=1), mask))
    before, contexts, attention = layer(inputs, memory=memory, state=(state,))
    recurrent, h, hypotheses = np.asarray(layer.recurrent), np.asarray(state), (state[:, None],)
    for t in range(STEPS):
        np.testing.assert_allclose(before[:, t], h, rtol=1e-4, atol=1e-5)
        context, weights = layer.attention(tf.constant(h)[:, None], memory)
        np.testing.assert_allclose(contexts[:, t], context[:, 0], rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(attention[:, t], weights[:, 0], rtol=1e-4, atol=1e-5)
        found = layer.step(inputs[:, t : t + 1], memory, hypotheses)
        for a, b in zip(found, (h[:, None], context, weights)):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
        hypotheses = found[3]
        gates = np.asarray(layer.kernel(inputs[:, t]) + context[:, 0] @ layer.context)
        z, r, candidate = np.split(gates, 3, -1)
        z = sigmoid(z + h @ recurrent[:, :UNITS])
        r = sigmoid(r + h @ recurrent[:, UNITS : 2 * UNITS])
        h = z * h + (1 - z) * np.tanh(candidate + (r * h) @ recurrent[:, 2 * UNITS :])
        np.testing.assert_allclose(hypotheses[0][:, 0], h, rtol=1e-4, atol=1e-5)
