"""A stack of Transformer blocks: steps against the whole sequence, and where the norm stands."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.layers.attention import causal_bias
from zoo.layers.positions import Positions, RelativePositions, RotaryPositions
from zoo.layers.transformer import TransformerBlock, TransformerStack
from zoo.seq2seq import Memory

BATCH, STEPS, SOURCE, UNITS, HEADS = 2, 4, 5, 8, 2


def norm(name, dtype):
    return keras.layers.LayerNormalization(name=name, dtype=dtype)


def normal(*shape, seed=0):
    return tf.constant(np.random.default_rng(seed).normal(size=shape), tf.float32)


OPTIONS = dict(units=UNITS, heads=HEADS, inner_units=12, cross=True, norm=norm)


@pytest.mark.parametrize(
    "kind", [Positions, RotaryPositions, lambda: RelativePositions(HEADS, False, 4, 8, "normal")]
)
@pytest.mark.parametrize("norm_first", [True, False])
def test_steps_give_what_the_whole_sequence_gives(kind, norm_first):
    stack, positions = TransformerStack(depth=2, norm_first=norm_first, **OPTIONS), kind()
    x = normal(BATCH, STEPS, UNITS)
    mask = np.arange(SOURCE)[None] < np.array([SOURCE, 2])[:, None]
    memory = stack.project(Memory(normal(BATCH, SOURCE, UNITS, seed=1), mask))
    whole, _, attention = stack(
        x, bias=causal_bias(STEPS), positions=positions, at=tf.range(STEPS), memory=memory
    )
    cache = stack.empty_cache(BATCH, STEPS)
    for t in range(STEPS):
        now, at = slice(t, t + 1), tf.fill((BATCH, 1), t)
        found, cache, look = stack.step(x[:, now], cache, positions, at, memory)
        np.testing.assert_allclose(found, whole[:, now], rtol=1e-3, atol=1e-4)
        np.testing.assert_allclose(look, attention[:, :, now], rtol=1e-3, atol=1e-5)
    assert not np.asarray(attention[1, :, :, 2:]).any()  # padding of the source


@pytest.mark.parametrize("norm_first", [True, False])
def test_the_norm_stands_before_or_after_each_sublayer(norm_first):
    block = TransformerBlock(norm_first=norm_first, **OPTIONS | {"cross": False})
    x = normal(1, 3, UNITS)
    found, _, attention = block(x)
    assert attention is None

    def attend(y):
        queries, seen = block.self_attention.project(y)
        return block.self_attention(queries, seen=seen)[0]

    expected = x
    for part, layer_norm in ((attend, block.self_norm), (block.feed_forward, block.feed_norm)):
        if norm_first:
            expected = expected + part(layer_norm(expected))
        else:
            expected = layer_norm(expected + part(expected))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
