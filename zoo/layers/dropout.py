"""Dropout whose mask is a hash of a counter, so that it is the same compiled and eager.

A hash takes a few integer multiplications per element. On a CPU, the stock generator costs more
than the matrix products of a small model.
"""

import contextlib
import contextvars

import keras
from keras import ops

from zoo.layers.hashing import mixed, uint32

_share = contextvars.ContextVar("share", default=None)


@contextlib.contextmanager
def share(number):
    """In the block, bits are those of one of several devices, which have the same seeds.

    Args:
        number: int or int scalar, the device's share of the batch. Share 0 has the bits of a
            device alone.
    """
    token = _share.set(number)
    try:
        yield
    finally:
        _share.reset(token)


class Dropout(keras.layers.Layer):
    """In training, sets a share of the elements to zero and divides the others by 1 - rate.

    Args:
        rate: float in [0, 1), the share.
        seed: int or None, as in `keras.layers.Dropout`.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        inputs: float tensor of any shape.
        training: bool, whether to drop.
    """

    def __init__(self, rate, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.rate = rate
        self.supports_masking = True
        self.seed_generator = keras.random.SeedGenerator(seed)

    def build(self, input_shape):
        self.built = True

    def call(self, inputs, training=False):
        if not training or not self.rate:
            return inputs
        dropped_below = round(self.rate * 2**32)
        keep = counter_hash(ops.shape(inputs), self.seed_generator.next()) >= dropped_below
        return ops.where(keep, inputs / (1 - self.rate), ops.zeros_like(inputs))


def counter_hash(shape, seed):
    """Pseudo-random int64 in [0, 2^32); element i is a hash of i, the seed and the `share`.

    Args:
        shape: of the result.
        seed: int [2].
    """
    size = 1
    for length in shape:
        size = size * length
    seed = ops.cast(seed, "uint32")
    x = ops.cast(ops.arange(size, dtype="int32"), "uint32")
    other = seed[1] * uint32(0x85EBCA77)
    number = _share.get()
    if number is not None:
        number = ops.cast(number, "uint32") * uint32(0xC2B2AE3D)
        other = ops.bitwise_xor(other, mixed(number))
    x = ops.bitwise_xor(x * uint32(0x9E3779B1) + seed[0], other)
    return ops.reshape(ops.cast(mixed(x), "int64"), shape)
