"""Maxout against NumPy."""

import numpy as np

from zoo.layers.maxout import Maxout


def test_takes_the_larger_of_neighbouring_units():
    rng = np.random.default_rng(0)
    layer, x = Maxout(3), rng.normal(size=(2, 4, 5)).astype("float32")
    found = layer(x)
    kernel, bias = layer.get_weights()
    linear = x @ kernel + bias  # [2, 4, 6]
    np.testing.assert_allclose(found, np.maximum(linear[..., ::2], linear[..., 1::2]), atol=1e-5)
