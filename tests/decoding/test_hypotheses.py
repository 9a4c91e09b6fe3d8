"""The largest numbers of rows, and entries of rows, against NumPy."""

import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from zoo.decoding.hypotheses import gather, top


@pytest.mark.parametrize(
    "shape, count", [((3, 40), 5), ((4, 1000), 8), ((2, 1003), 1), ((5, 8001), 8), ((1, 7), 7)]
)
def test_top_is_top_k(shape, count):
    x = np.random.default_rng(0).normal(size=shape).astype("float32").round(2)  # with ties
    values, places = top(tf.constant(x), count)
    np.testing.assert_array_equal(values, ops.top_k(x, count)[0])
    np.testing.assert_array_equal(np.take_along_axis(x, np.asarray(places), 1), values)
    assert all(len(set(row)) == count for row in np.asarray(places).tolist())


def test_gather_takes_entries_of_each_row():
    rng = np.random.default_rng(0)
    x, chosen = rng.normal(size=(3, 4, 2)).astype("float32"), rng.integers(0, 4, (3, 5))
    expected = np.take_along_axis(x, chosen[..., None], 1)
    np.testing.assert_array_equal(gather(tf.constant(x), chosen.astype("int32")), expected)
