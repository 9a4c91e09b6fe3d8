"""The feed-forward layer against its equation in NumPy."""

import numpy as np
import pytest

from zoo.layers.feed_forward import FeedForward


@pytest.mark.parametrize("gated", [False, True])
def test_equals_the_equation(gated):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 3, 4)).astype("float32")
    layer = FeedForward(4, 6, gated=gated)
    layer(x)
    for variable in layer.trainable_variables:
        variable.assign(rng.normal(size=variable.shape))

    def dense(part, y):
        kernel, bias = part.get_weights()
        return y @ kernel + bias

    inner = dense(layer.inner, x)
    if gated:
        inner = np.maximum(dense(layer.gate, x), 0) * inner
    else:
        inner = np.maximum(inner, 0)
    np.testing.assert_allclose(layer(x), dense(layer.outer, inner), rtol=1e-5, atol=1e-5)
