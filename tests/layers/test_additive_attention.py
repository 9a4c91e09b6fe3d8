"""Additive attention against the paper's equations in NumPy."""

import numpy as np

from zoo.layers.additive_attention import AdditiveAttention
from zoo.seq2seq import Memory


def test_equals_the_equations_and_masks_padding():
    rng = np.random.default_rng(0)
    layer = AdditiveAttention(5, state_units=4, memory_units=3)
    hidden = rng.normal(size=(2, 3, 4)).astype("float32")  # three hypotheses per source
    states = rng.normal(size=(2, 6, 3)).astype("float32")
    lengths = [6, 2]
    mask = np.arange(6)[None] < np.array(lengths)[:, None]
    contexts, weights = layer(hidden, layer.prepare(Memory(states, mask)))
    key_kernel, key_bias = layer.key_projection.get_weights()
    for b, length in enumerate(lengths):
        h = states[b, :length]
        for k in range(3):
            inner = np.tanh(hidden[b, k] @ np.asarray(layer.query) + h @ key_kernel + key_bias)
            e = np.exp(inner @ np.asarray(layer.score))
            alpha = e / e.sum()
            np.testing.assert_allclose(weights[b, k, :length], alpha, rtol=1e-4, atol=1e-6)
            np.testing.assert_allclose(contexts[b, k], alpha @ h, rtol=1e-4, atol=1e-5)
        assert not np.asarray(weights[b, :, length:]).any()
