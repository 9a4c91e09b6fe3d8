"""Multi-head scaled dot-product attention with keys and values that can be computed once and kept.

B batch, T queries, S keys, H heads, E units per head, D model width. Vaswani et al. 2017,
section 3.2.
"""

from typing import Any, NamedTuple

import keras
from keras import ops

from zoo.layers.dropout import Dropout
from zoo.layers.hoisting import Hoistable
from zoo.layers.positions import rotate

MASKED = -3e4  # added to scores that must not count; finite, in float16 too, for rows of padding


class AttendedMemory(NamedTuple):
    """A memory with what attention computes from it once per source.

    Attributes:
        states: float [B, S, M].
        keys: float [B, S, A], what queries are compared with.
        bias: float32 [B, S], 0 at real tokens and very negative at padding.
    """

    states: Any
    keys: Any
    bias: Any


class KeysValues(NamedTuple):
    """Keys [B, H, E, S] and values [B, H, S, E], laid out as matrix products read them fastest."""

    keys: Any
    values: Any

    @classmethod
    def empty(cls, batch, heads, length, units, dtype):
        """Zeros of S = `length` positions."""
        keys = ops.zeros((batch, heads, units, length), dtype)
        return cls(keys, ops.zeros((batch, heads, length, units), dtype))

    def by_position(self):
        """Keys and values as [B, S, H, E], with the source axis second, as in a `Memory`."""
        return ops.transpose(self.keys, (0, 3, 1, 2)), ops.transpose(self.values, (0, 2, 1, 3))

    @classmethod
    def from_positions(cls, keys, values):
        """The inverse of `by_position`."""
        return cls(ops.transpose(keys, (0, 2, 3, 1)), ops.transpose(values, (0, 2, 1, 3)))


class ProjectedMemory(NamedTuple):
    """A memory as a stack of blocks attends to it.

    Attributes:
        keys_values: tuple of `KeysValues`, one per block.
        bias: float32 [B, 1, 1, S], 0 at real tokens and very negative at padding.
    """

    keys_values: Any
    bias: Any


class MultiHeadAttention(Hoistable):
    """Attention(Q, K, V) = softmax(Q K^T / sqrt(E)) V in H heads.

    Args:
        units: int, D.
        heads: int, H.
        head_units: int, E; None means D / H.
        scale: bool, whether scores are divided by sqrt(E).
        use_bias: bool, whether the four projections have a bias.
        key_bias: bool, whether that of the keys has one, too. It shifts all scores of a query
            alike, so that no attention depends on it.
        dropout: float, rate on the attention weights.
        initializers: function from the projection's name ("query", "key", "value", "output") to an
            initializer; None means Glorot.
        joined: bool, whether queries, keys and values come from the same inputs, so that a loop of
            steps computes them in one product.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        queries: float [B, T, H E], from `project` or the layer's `query`.
        seen: `KeysValues` to attend to.
        bias: float, broadcast to [B, H, T, S], added to the scores: masks and relative positions.
        prefix: `KeysValues` of P positions that stand before those of `seen`, under one softmax
            with them; None if there is no prefix.
        prefix_bias: as `bias`, for the prefix.
        rotation: int [T] or [B, T], positions by which the queries are rotated; None leaves them.
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
        joined=False,
        key_bias=True,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.units, self.heads, self.joined = units, heads, joined
        self.head_units = head_units or units // heads
        self.factor = self.head_units**-0.5 if scale else 1.0
        inner = self.heads * self.head_units

        def dense(name, width):
            return keras.layers.Dense(
                width,
                use_bias=use_bias and (key_bias or name != "key"),
                kernel_initializer=initializers(name) if initializers else "glorot_uniform",
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

    def hoist(self):
        """The kernels of queries, keys and values as one, and their biases as one."""
        if not self.joined:
            return None
        layers = (self.query, self.key, self.value)
        kernel = ops.concatenate([layer.kernel for layer in layers], -1)
        kernel = ops.cast(kernel, self.compute_dtype)
        if not self.query.use_bias:
            return kernel, 0
        none = ops.zeros((self.heads * self.head_units,))
        bias = [layer.bias if layer.use_bias else none for layer in layers]
        bias = ops.concatenate(bias, -1)
        return kernel, ops.cast(bias, self.compute_dtype)

    def project(self, x, rotation=None):
        """Queries, keys and values of the same inputs.

        Args:
            x: float [B, T, D].
            rotation: as in the call.

        Returns:
            queries [B, T, H E], and `KeysValues` of T positions.
        """
        if self.hoisted is None:
            queries, keys, values = self.query(x), self.key(x), self.value(x)
        else:
            kernel, bias = self.hoisted
            queries, keys, values = ops.split(ops.matmul(x, kernel) + bias, 3, axis=-1)
        return queries, self.arranged(keys, values, rotation)

    def keys_values(self, states):
        """[B, S, D] -> `KeysValues`."""
        return self.arranged(self.key(states), self.value(states))

    def arranged(self, keys, values, rotation=None):
        """Projected keys and values [B, S, H E] -> `KeysValues`."""
        keys = self.split(keys)
        keys = keys if rotation is None else rotate(keys, rotation)
        return KeysValues(ops.transpose(keys, (0, 1, 3, 2)), self.split(values))

    def split(self, x):
        """[B, S, H E] -> [B, H, S, E]."""
        batch, length = ops.shape(x)[:2]
        x = ops.reshape(x, (batch, length, self.heads, self.head_units))
        return ops.transpose(x, (0, 2, 1, 3))

    def call(
        self,
        queries,
        seen=None,
        bias=None,
        prefix=None,
        prefix_bias=None,
        rotation=None,
        training=False,
    ):
        batch, length = ops.shape(queries)[:2]
        queries = self.split(queries) * self.factor  # [B, H, T, E]
        queries = queries if rotation is None else rotate(queries, rotation)
        scores = masked_scores(queries, seen.keys, bias)  # [B, H, T, S]
        if prefix is not None:
            before = masked_scores(queries, prefix.keys, prefix_bias)
            scores = ops.concatenate([before, scores], -1)
        weights = ops.softmax(scores)
        kept = self.dropout(ops.cast(weights, seen.values.dtype), training=training)
        if prefix is None:
            mixed = ops.matmul(kept, seen.values)  # [B, H, T, E]
        else:
            first = ops.shape(prefix.values)[2]
            mixed = ops.matmul(kept[..., :first], prefix.values)
            mixed = mixed + ops.matmul(kept[..., first:], seen.values)
        merged = ops.transpose(mixed, (0, 2, 1, 3))
        merged = ops.reshape(merged, (batch, length, self.heads * self.head_units))
        return self.output_projection(merged), weights


def masked_scores(queries, keys, bias):
    """[B, H, T, E], [B, H, E, S] and a bias or None -> float32 [B, H, T, S]."""
    scores = ops.cast(ops.matmul(queries, keys), "float32")
    return scores if bias is None else scores + ops.cast(bias, "float32")


def normalised(attention):
    """Weights [..., S] as float32 that sum to 1; rows of zeros stay zeros."""
    attention = ops.cast(attention, "float32")
    return attention / ops.maximum(ops.sum(attention, -1, keepdims=True), 1e-9)


def padding_bias(mask):
    """bool [B, S] -> float32 [B, 1, 1, S]: 0 at real tokens, very negative at padding."""
    return ops.where(mask, 0.0, MASKED)[:, None, None, :]


def causal_bias(length):
    """float32 [1, 1, T, T]: 0 at and before each position, very negative after it."""
    steps = ops.arange(length)
    return ops.where(steps[:, None] >= steps[None, :], 0.0, MASKED)[None, None]
