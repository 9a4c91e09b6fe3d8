"""Entries of each row."""

import numpy as np
import tensorflow as tf

from zoo.layers.gather import gather


def test_gather_takes_entries_of_each_row():
    rng = np.random.default_rng(0)
    x, chosen = rng.normal(size=(3, 4, 2)).astype("float32"), rng.integers(0, 4, (3, 5))
    expected = np.take_along_axis(x, chosen[..., None], 1)
    np.testing.assert_array_equal(gather(tf.constant(x), chosen.astype("int32")), expected)
