"""Positions of a Transformer: sinusoids, learned vectors, rotations, relative biases.

Each kind is an object with one interface, `Positions`, and a stack of blocks has one of them.
"""

import math

import keras
import numpy as np
from keras import ops

from zoo.errors import ZooError


class Positions(keras.layers.Layer):
    """No positions, and the interface of every kind.

    T queries, L keys, H heads, D model width.
    """

    def embedded(self, x, positions):
        """Token embeddings with positions added.

        Args:
            x: float [B, T, D].
            positions: int [T] or [B, T].
        """
        return x

    def bias(self, queries, keys):
        """What to add to attention scores: float32 [1, H, T, L], or None.

        Args:
            queries, keys: int [T] and int [L], positions.
        """
        return None

    def rotation(self, positions):
        """Positions by which queries and keys are rotated; None for no rotation."""
        return None

    def check(self, length):
        """Raises `ZooError` if a sequence of `length`, an int or unknown, is too long."""

    def within(self, positions):
        """Positions, clipped to the table's last row."""
        return positions


class SinusoidalPositions(Positions):
    """Sines and cosines of growing wavelengths (Vaswani et al. 2017, section 3.5).

    Args:
        interleaved: bool; False puts all sines before all cosines, as Marian does.
        **kwargs: `name` and `dtype` of the layer.
    """

    def __init__(self, interleaved=True, **kwargs):
        super().__init__(**kwargs)
        self.interleaved = interleaved

    def embedded(self, x, positions):
        return x + ops.cast(sinusoids(positions, x.shape[-1], self.interleaved), x.dtype)


class LearnedPositions(Positions):
    """One learned vector per position.

    Args:
        length: int, the longest sequence.
        units: int, D.
        offset: int, rows before that of position 0 (two in BART's checkpoints).
        initializer: of the [length + offset, D] table.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        positions: int [...], below `length`.

    Returns:
        float [..., D].
    """

    def __init__(self, length, units, offset=0, initializer="uniform", **kwargs):
        super().__init__(**kwargs)
        self.length, self.units, self.offset = length, units, offset
        self.initializer = initializer

    def build(self, input_shape=None):
        shape = (self.length + self.offset, self.units)
        self.table = self.add_weight(name="table", shape=shape, initializer=self.initializer)
        self.built = True

    def call(self, positions):
        rows = ops.take(self.table, positions + self.offset, axis=0)
        return ops.cast(rows, self.compute_dtype)

    def embedded(self, x, positions):
        return x + self(positions)

    def within(self, positions):
        return ops.minimum(positions, self.length - 1)

    def check(self, length):
        if isinstance(length, int) and length > self.length:
            raise ZooError(
                f"{length} positions are more than the {self.length} that {self.name} has learned; "
                f"give shorter sequences or create the model with max_positions={length}"
            )


class RotaryPositions(Positions):
    """Queries and keys are rotated by their positions (RoFormer, Su et al. 2021)."""

    def rotation(self, positions):
        return positions


class RelativePositions(Positions):
    """One learned scalar per head and bucket of key position minus query position.

    Half of the buckets hold single distances; the other half grow logarithmically up to
    `max_distance`, and what is farther shares the last one. If the layer looks both ways, half of
    all buckets are for keys after the query. Raffel et al. 2020, section 2.1.

    Args:
        heads: int, H.
        bidirectional: bool, True in an encoder.
        buckets: int.
        max_distance: int.
        initializer: of the [buckets, H] table.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        queries, keys: int [T] and int [L], positions.

    Returns:
        float32 [1, H, T, L].
    """

    def __init__(
        self,
        heads,
        bidirectional,
        buckets=32,
        max_distance=128,
        initializer="zeros",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.heads, self.bidirectional = heads, bidirectional
        self.buckets, self.max_distance = buckets, max_distance
        self.initializer = initializer

    def build(self, input_shape=None):
        shape = (self.buckets, self.heads)
        self.table = self.add_weight(name="table", shape=shape, initializer=self.initializer)
        self.built = True

    def call(self, queries, keys=None):
        distance = keys[None, :] - queries[:, None]  # [T, L]
        chosen = relative_bucket(distance, self.bidirectional, self.buckets, self.max_distance)
        bias = ops.cast(ops.take(self.table, chosen, axis=0), "float32")  # [T, L, H]
        return ops.transpose(bias, (2, 0, 1))[None]

    def bias(self, queries, keys):
        return self(queries, keys=keys)


def sinusoids(positions, units, interleaved=True):
    """PE(p, 2i) = sin(p / 10000^(2i/D)), PE(p, 2i+1) = cos of the same (Vaswani et al. 2017).

    Args:
        positions: int [...].
        units: int, D, even.
        interleaved: bool; False puts all sines before all cosines.

    Returns:
        float32 [..., D].
    """
    angles = wave_angles(positions, units)
    axis = -1 if interleaved else -2
    waves = ops.stack([ops.sin(angles), ops.cos(angles)], axis=axis)  # [..., D/2, 2], [..., 2, D/2]
    return ops.reshape(waves, (*ops.shape(angles)[:-1], units))


def wave_angles(positions, units):
    """p / 10000^(2i/D) for i below D/2: int [...] -> float32 [..., D/2]."""
    # In double precision, since a long sequence multiplies the rates' error.
    rates = 10000.0 ** (-np.arange(0, units, 2) / units)
    return ops.cast(positions, "float32")[..., None] * rates.astype("float32")


def rotate(x, positions):
    """Turns each pair (x_i, x_{i+E/2}) by its position's angle: scores then depend on distances.

    Su et al.: "RoFormer: Enhanced Transformer with Rotary Position Embedding", 2021,
    https://arxiv.org/abs/2104.09864, equation 34, pairing the two halves of a head instead of
    neighbours.

    Args:
        x: float [B, H, T, E], queries or keys, E even.
        positions: int [T] or [B, T].
    """
    angles = wave_angles(positions, x.shape[-1])  # [T, E/2] or [B, T, E/2]
    angles = angles[None, None] if len(angles.shape) == 2 else angles[:, None]
    cos, sin = ops.cast(ops.cos(angles), x.dtype), ops.cast(ops.sin(angles), x.dtype)
    a, b = ops.split(x, 2, axis=-1)
    return ops.concatenate([a * cos - b * sin, a * sin + b * cos], -1)


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
    growth = ops.log(ratio) / math.log(max_distance / exact) * (buckets - exact)
    far = exact + ops.cast(growth, "int32")
    near = ops.cast(distance, "int32")
    return offset + ops.where(distance < exact, near, ops.minimum(far, buckets - 1))
