"""The pointer-generator's decoder: steps against the whole sequence, and the mixture."""

import numpy as np
import pytest
import tensorflow as tf

from zoo.layers.pointer import PointerDecoder, mixed_logits
from zoo.seq2seq import Memory

BATCH, STEPS, SOURCE, UNITS, WIDTH = 2, 3, 5, 4, 6
IDS = np.array([[3, 1, 3, 2, 0], [2, 0, 0, 0, 0]], "int32")


def normal(*shape, seed=0):
    return tf.constant(np.random.default_rng(seed).normal(size=shape), tf.float32)


def test_steps_give_what_the_whole_sequence_gives():
    layer = PointerDecoder(UNITS, 5, 2 * UNITS, WIDTH)
    inputs = normal(BATCH, STEPS, WIDTH)
    memory = layer.prepare(Memory(normal(BATCH, SOURCE, 2 * UNITS, seed=1), IDS != 0))
    first = normal(BATCH, UNITS, seed=2), normal(BATCH, UNITS, seed=3)
    whole = layer(inputs, memory=memory, state=first)
    assert whole[-1].shape == (BATCH, STEPS, 2 * UNITS + 2 * UNITS + WIDTH)
    state = (layer.no_context(BATCH)[:, None], *(x[:, None] for x in first))
    for t in range(STEPS):
        *found, state = layer.step(inputs[:, t : t + 1], memory, state)
        for now, expected in zip(found, whole):
            np.testing.assert_allclose(now, expected[:, t : t + 1], rtol=1e-4, atol=1e-5)


def mixture(gate):
    """Probabilities [B, K, V] for logits of zeros and attention that prefers the first place."""
    attention = np.array([[[0.4, 0.3, 0.2, 0.1, 0.0]], [[1.0, 0.0, 0.0, 0.0, 0.0]]], "float32")
    logits = tf.zeros((BATCH, 1, 4))
    gates = tf.fill((BATCH, 1, 1), float(gate))
    return np.exp(mixed_logits(logits, gates, tf.constant(attention), IDS))


def test_an_open_gate_generates_and_a_closed_one_copies():
    np.testing.assert_allclose(mixture(100), 0.25, rtol=1e-5)
    copied = [[[0.0, 0.3, 0.1, 0.6]], [[0.0, 0.0, 1.0, 0.0]]]  # the id 3 stands at two places
    np.testing.assert_allclose(mixture(-100), copied, atol=1e-6)
    np.testing.assert_allclose(mixture(0), 0.5 * 0.25 + 0.5 * np.array(copied), rtol=1e-5)


def gradients(token, gate):
    """Gradients of log P(token) by logits, gate and attention, where the model is very sure."""
    attention = tf.constant([[[0.0, 1.0, 0.0, 0.0, 0.0]]])  # at the id 1
    inputs = tf.constant([[[0.0, -500.0, 0.0, 500.0]]]), tf.fill((1, 1, 1), gate), attention
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        found = mixed_logits(*inputs, IDS[:1])[..., token]
    assert np.isfinite(found).all()
    return [np.asarray(gradient) for gradient in tape.gradient(found, inputs)]


@pytest.mark.parametrize("gate", [-1000.0, 0.0, 1000.0])
@pytest.mark.parametrize("token", range(4))
def test_gradients_are_finite_however_sure_the_model_is(token, gate):
    assert all(np.isfinite(gradient).all() for gradient in gradients(token, gate))


def test_what_seems_impossible_is_still_learnt():
    by_logits, _, _ = gradients(token=0, gate=0.0)  # neither likely nor attended to
    np.testing.assert_allclose(by_logits[0, 0], [1, 0, 0, -1])
    _, by_gate, _ = gradients(token=1, gate=50.0)  # attended to, and the gate is shut to copying
    np.testing.assert_allclose(by_gate, -1, rtol=1e-5)
