"""Luong's attention against the paper's equations in NumPy."""

import numpy as np
import pytest

from zoo.layers.luong_attention import LuongAttention
from zoo.seq2seq import Memory

UNITS, SOURCE = 4, 7
LENGTHS = [7, 3]


def score(layer, h, states):
    """Scores of states [S, D] for one decoder state [D], equation 8."""
    if layer.score == "dot":
        return states @ h
    if layer.score == "general":
        return (states @ layer.key_projection.get_weights()[0]) @ h
    kernel, bias = layer.key_projection.get_weights()
    inner = np.tanh(h @ np.asarray(layer.matrices["query"]) + states @ kernel + bias)
    return (inner @ np.asarray(layer.matrices["score"]))[:, 0]


@pytest.mark.parametrize("kind", ["dot", "general", "concat"])
@pytest.mark.parametrize("half_width", [None, 2])
def test_equals_the_equations(kind, half_width):
    rng = np.random.default_rng(0)
    layer = LuongAttention(UNITS, kind, half_width)
    layer.build()
    for variable in layer.trainable_variables:
        variable.assign(rng.normal(size=variable.shape))
    hidden = rng.normal(size=(2, 3, UNITS)).astype("float32")
    states = rng.normal(size=(2, SOURCE, UNITS)).astype("float32")
    mask = np.arange(SOURCE)[None] < np.array(LENGTHS)[:, None]
    memory = layer.prepare(Memory(states, mask))
    vectors, weights = layer.attend(hidden, memory, layer.weights_for_loop())
    matrices = {name: np.asarray(w) for name, w in layer.matrices.items()}
    for b, length in enumerate(LENGTHS):
        for k in range(3):
            h, own = hidden[b, k], states[b, :length]
            e = score(layer, h, own)
            gaussian = 1.0
            if half_width:
                inner = np.tanh(h @ matrices["position"]) @ matrices["position_score"]
                distance = np.arange(length) - length / (1 + np.exp(-inner[0]))
                e = np.where(np.abs(distance) <= half_width, e, -np.inf)
                gaussian = np.exp(-(distance**2) / (2 * (half_width / 2) ** 2))
            a = np.exp(e - e.max())
            a = a / a.sum() * gaussian
            np.testing.assert_allclose(weights[b, k, :length], a, rtol=1e-3, atol=1e-5)
            joined = np.concatenate([a @ own, h])
            expected = np.tanh(joined @ matrices["combine"])
            np.testing.assert_allclose(vectors[b, k], expected, rtol=1e-3, atol=1e-5)
