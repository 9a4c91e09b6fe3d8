"""The hash against MurmurHash3's finaliser in Python integers."""

import numpy as np
import tensorflow as tf

from zoo.layers.hashing import mixed


def finaliser(x):
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        x = (x ^ x >> shift) * factor % 2**32
    return x ^ x >> 16


def test_equals_the_finaliser_of_murmurhash3():
    numbers = [0, 1, 2, 12345, 2**31, 2**32 - 1]
    found = mixed(tf.constant(numbers, "uint32"))
    np.testing.assert_array_equal(found, [finaliser(x) for x in numbers])
