"""What a model is told about positions: sinusoids, and T5's relative buckets."""

import math

import keras
from keras import ops


def sinusoids(positions, units):
    """PE(p, 2i) = sin(p / 10000^(2i/D)), PE(p, 2i+1) = cos of the same (Vaswani et al. 2017, section 3.5).

    Args:
        positions: int [N].
        units: int, D, even.

    Returns:
        float32 [N, D].
    """
    rates = ops.exp(ops.arange(0, units, 2, dtype="float32") * (-math.log(10000.0) / units))
    angles = ops.cast(positions, "float32")[:, None] * rates[None]  # [N, D/2]
    return ops.reshape(ops.stack([ops.sin(angles), ops.cos(angles)], axis=-1), (-1, units))


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

    def __init__(self, heads, bidirectional, buckets=32, max_distance=128, initializer="zeros", **kwargs):
        super().__init__(**kwargs)
        self.heads, self.bidirectional, self.buckets, self.max_distance = heads, bidirectional, buckets, max_distance
        self.initializer = initializer

    def build(self, input_shape=None):
        self.table = self.add_weight(name="table", shape=(self.buckets, self.heads), initializer=self.initializer)
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
    far = exact + ops.cast(ops.log(ratio) / math.log(max_distance / exact) * (buckets - exact), "int32")
    return offset + ops.where(distance < exact, ops.cast(distance, "int32"), ops.minimum(far, buckets - 1))
