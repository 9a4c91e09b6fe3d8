"""Multi-head scaled dot-product attention with keys and values that can be computed once and kept.

B batch, T queries, S keys, H heads, E units a head, D model width. Vaswani et al. 2017, section 3.2.
"""

from typing import Any, NamedTuple

import keras
from keras import ops

from zoo.layers.dropout import Dropout
from zoo.layers.position import rotate

MASKED = (
    -1e9
)  # added to the scores of what must not be seen; finite, so that a row of padding stays finite


class KeysValues(NamedTuple):
    """Keys [B, H, E, S] and values [B, H, S, E], each as the product with it reads it fastest."""

    keys: Any
    values: Any

    @classmethod
    def empty(cls, batch, heads, length, units, dtype):
        """Zeros for S of `length`."""
        return cls(
            ops.zeros((batch, heads, units, length), dtype),
            ops.zeros((batch, heads, length, units), dtype),
        )

    def padded(self, missing):
        """With so many zeros more."""
        none = (0, 0)
        return KeysValues(
            ops.pad(self.keys, (none, none, none, (0, missing))),
            ops.pad(self.values, (none, none, (0, missing), none)),
        )


class MultiHeadAttention(keras.layers.Layer):
    """Attention(Q, K, V) = softmax(Q K^T / sqrt(E)) V in H heads.

    Args:
        units: int, D.
        heads: int, H.
        head_units: int, E; None is D / H.
        scale: bool, whether scores are divided by sqrt(E).
        use_bias: bool, whether the four projections have a bias.
        dropout: float, rate on the attention weights.
        initializers: function of the projection's name ("query", "key", "value", "output") to an initializer; None is Glorot.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        inputs: float [B, T, D], the queries' source.
        seen: `KeysValues`, from `keys_values`.
        bias: float, broadcast to [B, H, T, S] and added to the scores: masks and relative positions.
        prefix: `KeysValues` of P and the bias of what stands before these, seen with them in one softmax; None for none.
        positions: int [T] or [B, T], by which the queries are rotated (`zoo.layers.position.rotate`); None leaves them.
        training: bool.

    Returns:
        outputs [B, T, D] and attention weights [B, H, T, S], or [B, H, T, P + S] with a prefix.
    """

    def __init__(
        self,
        units,
        heads,
        head_units=None,
        scale=True,
        use_bias=True,
        dropout=0.0,
        initializers=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.units, self.heads, self.head_units = units, heads, head_units or units // heads
        self.factor = self.head_units**-0.5 if scale else 1.0
        inner = self.heads * self.head_units

        def dense(name, width):
            initializer = initializers(name) if initializers else "glorot_uniform"
            return keras.layers.Dense(
                width,
                use_bias=use_bias,
                kernel_initializer=initializer,
                name=name,
                dtype=self.dtype_policy,
            )

        self.query, self.key, self.value = (
            dense(name, inner) for name in ("query", "key", "value")
        )
        self.output_projection = dense("output", units)
        self.dropout = Dropout(dropout, dtype=self.dtype_policy)

    def build(self, input_shape):
        for projection in (self.query, self.key, self.value):
            projection.build((None, None, self.units))
        self.output_projection.build((None, None, self.heads * self.head_units))
        self.built = True

    def keys_values(self, states, positions=None):
        """[B, S, D] -> `KeysValues`, the keys rotated by their positions if these are given."""
        return self.ready_keys_values(self.key(states), self.value(states), positions)

    def ready_keys_values(self, keys, values, positions=None):
        """Projected keys and values [B, S, H E] -> `KeysValues`."""
        keys = self.split(keys)
        keys = keys if positions is None else rotate(keys, positions)
        return KeysValues(ops.transpose(keys, (0, 1, 3, 2)), self.split(values))

    def split(self, x):
        """[B, S, H E] -> [B, H, S, E]."""
        batch, length = ops.shape(x)[:2]
        return ops.transpose(
            ops.reshape(x, (batch, length, self.heads, self.head_units)), (0, 2, 1, 3)
        )

    def call(self, inputs, seen=None, bias=None, prefix=None, positions=None, training=False):
        return self.attend(self.query(inputs), seen, bias, prefix, positions, training)

    def attend(self, queries, seen, bias=None, prefix=None, positions=None, training=False):
        """As the layer, with projected queries [B, T, H E] for its inputs."""
        batch, length = ops.shape(queries)[:2]
        queries = self.split(queries) * self.factor  # [B, H, T, E]
        queries = queries if positions is None else rotate(queries, positions)
        scores = masked_scores(queries, seen.keys, bias)  # [B, H, T, S]
        if prefix is not None:
            scores = ops.concatenate(
                [masked_scores(queries, prefix[0].keys, prefix[1]), scores], -1
            )
        weights = ops.softmax(scores)
        kept = self.dropout(ops.cast(weights, seen.values.dtype), training=training)
        if prefix is None:
            mixed = ops.matmul(kept, seen.values)  # [B, H, T, E]
        else:
            first = ops.shape(prefix[0].values)[2]
            mixed = ops.matmul(kept[..., :first], prefix[0].values) + ops.matmul(
                kept[..., first:], seen.values
            )
        merged = ops.reshape(
            ops.transpose(mixed, (0, 2, 1, 3)), (batch, length, self.heads * self.head_units)
        )
        return self.output_projection(merged), weights


def masked_scores(queries, keys, bias):
    """[B, H, T, E], [B, H, E, S] and a bias or None -> float32 [B, H, T, S]."""
    scores = ops.cast(ops.matmul(queries, keys), "float32")
    return scores if bias is None else scores + ops.cast(bias, "float32")


def padding_bias(mask):
    """bool [B, S], True at real tokens -> float32 [B, 1, 1, S]: 0 where seen, very negative where not."""
    return ops.where(mask, 0.0, MASKED)[:, None, None, :]


def causal_bias(length):
    """float32 [1, 1, T, T]: position t sees positions up to t."""
    steps = ops.arange(length)
    return ops.where(steps[:, None] >= steps[None, :], 0.0, MASKED)[None, None]
