"""What a model is told about positions: sinusoids, learned vectors, rotations, and T5's relative buckets."""

import math

import keras
import numpy as np
from keras import ops

from zoo.errors import ZooError


def sinusoids(positions, units, interleaved=True):
    """PE(p, 2i) = sin(p / 10000^(2i/D)), PE(p, 2i+1) = cos of the same (Vaswani et al. 2017, section 3.5).

    Args:
        positions: int [...].
        units: int, D, even.
        interleaved: bool; False puts all sines before all cosines, as Marian does.

    Returns:
        float32 [..., D].
    """
    angles = wave_angles(positions, units)
    waves = ops.stack(
        [ops.sin(angles), ops.cos(angles)], axis=-1 if interleaved else -2
    )  # [..., D/2, 2] or [..., 2, D/2]
    return ops.reshape(waves, (*ops.shape(angles)[:-1], units))


def wave_angles(positions, units):
    """p / 10000^(2i/D) for i below D/2: int [...] -> float32 [..., D/2]."""
    rates = 10000.0 ** (
        -np.arange(0, units, 2) / units
    )  # in double precision: a long sequence multiplies its error
    return ops.cast(positions, "float32")[..., None] * rates.astype("float32")


def rotate(x, positions):
    """Turns each pair (x_i, x_{i+E/2}) by its position's angle, so that scores depend on distances alone.

    Su et al.: "RoFormer: Enhanced Transformer with Rotary Position Embedding", 2021, https://arxiv.org/abs/2104.09864,
    equation 34, pairing the two halves of a head instead of neighbours.

    Args:
        x: float [B, H, T, E], queries or keys, E even.
        positions: int [T] or [B, T].
    """
    angles = wave_angles(positions, x.shape[-1])  # [T, E/2] or [B, T, E/2]
    angles = angles[None, None] if len(angles.shape) == 2 else angles[:, None]
    cos, sin = ops.cast(ops.cos(angles), x.dtype), ops.cast(ops.sin(angles), x.dtype)
    a, b = ops.split(x, 2, axis=-1)
    return ops.concatenate([a * cos - b * sin, a * sin + b * cos], -1)


class LearnedPositions(keras.layers.Layer):
    """A learned vector a position.

    Args:
        length: int, the longest sequence.
        units: int, D.
        offset: int, rows before that of position 0 (two in BART's checkpoints).
        initializer: of the [length + offset, D] table.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        positions: int [...], below `length`; `check` tells where they cannot be.

    Returns:
        float [..., D].
    """

    def __init__(self, length, units, offset=0, initializer="uniform", **kwargs):
        super().__init__(**kwargs)
        self.length, self.units, self.offset, self.initializer = length, units, offset, initializer

    def build(self, input_shape=None):
        self.table = self.add_weight(
            name="table",
            shape=(self.length + self.offset, self.units),
            initializer=self.initializer,
        )
        self.built = True

    def call(self, positions):
        return ops.cast(ops.take(self.table, positions + self.offset, axis=0), self.compute_dtype)

    def check(self, length):
        """Raises `ZooError` where a sequence, whose length is an int or an unknown, is longer than the table."""
        if isinstance(length, int) and length > self.length:
            raise ZooError(
                f"{length} positions are more than the {self.length} that {self.name} has learned; "
                f"give shorter sequences or create the model with max_positions={length}"
            )


class RelativePositionBias(keras.layers.Layer):
    """A learned scalar a head and a bucket of key position minus query position (Raffel et al. 2020, section 2.1).

    Half of the buckets hold single distances, the other half grow logarithmically up to `max_distance`; what is farther shares
    the last. Looking both ways, half of all are for keys after the query.

    Args:
        heads: int, H.
        bidirectional: bool, True in an encoder.
        buckets: int.
        max_distance: int.
        initializer: of the [buckets, H] table.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        queries, keys: int [T] and int [S], positions.

    Returns:
        float32 [1, H, T, S].
    """

    def __init__(
        self, heads, bidirectional, buckets=32, max_distance=128, initializer="zeros", **kwargs
    ):
        super().__init__(**kwargs)
        self.heads, self.bidirectional, self.buckets, self.max_distance = (
            heads,
            bidirectional,
            buckets,
            max_distance,
        )
        self.initializer = initializer

    def build(self, input_shape=None):
        self.table = self.add_weight(
            name="table", shape=(self.buckets, self.heads), initializer=self.initializer
        )
        self.built = True

    def call(self, queries, keys=None):
        distance = keys[None, :] - queries[:, None]  # [T, S]
        chosen = relative_bucket(distance, self.bidirectional, self.buckets, self.max_distance)
        bias = ops.cast(ops.take(self.table, chosen, axis=0), "float32")  # [T, S, H]
        return ops.transpose(bias, (2, 0, 1))[None]


def relative_bucket(distance, bidirectional, buckets, max_distance):
    """int, key position minus query position -> int32 bucket in [0, buckets)."""
    offset = 0
    if bidirectional:
        buckets //= 2
        offset = ops.cast(distance > 0, "int32") * buckets
        distance = ops.abs(distance)
    else:
        distance = ops.maximum(-distance, 0)
    exact = buckets // 2
    ratio = ops.cast(ops.maximum(distance, 1), "float32") / exact
    far = exact + ops.cast(
        ops.log(ratio) / math.log(max_distance / exact) * (buckets - exact), "int32"
    )
    return offset + ops.where(
        distance < exact, ops.cast(distance, "int32"), ops.minimum(far, buckets - 1)
    )
