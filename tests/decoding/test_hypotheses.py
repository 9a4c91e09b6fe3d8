"""The largest numbers of rows, and entries of rows, against NumPy."""

import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from zoo.decoding.hypotheses import top


@pytest.mark.parametrize(
    "shape, count", [((3, 40), 5), ((4, 1000), 8), ((2, 1003), 1), ((5, 8001), 8), ((1, 7), 7)]
)
def test_top_is_top_k(shape, count):
    x = np.random.default_rng(0).normal(size=shape).astype("float32").round(2)  # with ties
    values, places = top(tf.constant(x), count)
    np.testing.assert_array_equal(values, ops.top_k(x, count)[0])
    np.testing.assert_array_equal(np.take_along_axis(x, np.asarray(places), 1), values)
    assert all(len(set(row)) == count for row in np.asarray(places).tolist())
