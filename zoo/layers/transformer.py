"""The Transformer block that the Transformer, T5 and their kin share, and a stack of blocks."""

import functools

import keras
from keras import ops

from zoo.layers.attention import (
    KeysValues,
    MultiHeadAttention,
    ProjectedMemory,
    padding_bias,
)
from zoo.layers.dropout import Dropout
from zoo.layers.feed_forward import FeedForward
from zoo.layers.key_value_cache import KeyValueCache


class TransformerBlock(keras.layers.Layer):
    """Self-attention, attention to the memory in a decoder, and feed-forward, each residual.

    Args:
        units, heads, inner_units: int, D, H and the width of the feed-forward layer.
        cross: bool, whether the block attends to a memory.
        norm_first: bool. False as in the paper: norm(x + f(x)); True: x + f(norm(x)).
        norm: function that makes a normalisation layer from a name and a dtype.
        head_units, scale, use_bias, key_bias, initializers: see `MultiHeadAttention`.
        activation, gated: see `FeedForward`.
        dropout: float, rate on each sub-layer's output, before it is added.
        attention_dropout, inner_dropout: float, rates on attention weights and inside the
            feed-forward layer.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        inputs: float [B, T, D].
        bias: float, broadcast to [B, H, T, S], on the self-attention scores.
        memory: `KeysValues` of the memory; None in an encoder. A block without cross-attention
            sees it in its self-attention, before its own keys and values.
        memory_bias: float [B, 1, 1, S], on the scores of the memory.
        rotation: int [T] or [B, T], positions by which queries and keys are rotated, or None.
        remember: function from the block's new `KeysValues` to those that it attends to; None
            attends to the new ones alone.
        training: bool.

    Returns:
        outputs [B, T, D]; the `KeysValues` of self-attention; and the attention over the memory
        [B, H, T, S], or None without a memory. Where self-attention sees the memory, its rows sum
        to less than 1.
    """

    def __init__(
        self,
        units,
        heads,
        inner_units,
        cross,
        norm_first,
        norm,
        head_units=None,
        scale=True,
        use_bias=True,
        key_bias=True,
        activation="relu",
        gated=False,
        dropout=0.0,
        attention_dropout=0.0,
        inner_dropout=0.0,
        initializers=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.units, self.norm_first = units, norm_first
        dtype = self.dtype_policy

        def attention(name, joined):
            return MultiHeadAttention(
                units,
                heads,
                head_units,
                scale,
                use_bias,
                attention_dropout,
                initializers,
                joined,
                key_bias,
                name=name,
                dtype=dtype,
            )

        self.self_attention = attention("self_attention", joined=True)
        self.cross_attention = attention("cross_attention", joined=False) if cross else None
        self.feed_forward = FeedForward(
            units,
            inner_units,
            activation,
            gated,
            use_bias,
            inner_dropout,
            initializers,
            name="feed_forward",
            dtype=dtype,
        )
        self.self_norm = norm("self_norm", dtype)
        self.feed_norm = norm("feed_norm", dtype)
        self.cross_norm = norm("cross_norm", dtype) if cross else None
        self.dropouts = [Dropout(dropout, dtype=dtype) for _ in range(3)]

    def build(self, input_shape):
        shape = (None, None, self.units)
        attention = [self.self_attention, self.cross_attention, self.feed_forward]
        norms = [self.self_norm, self.cross_norm, self.feed_norm]
        for part in attention + norms:
            if part is not None:
                part.build(shape)
        self.built = True

    def call(
        self,
        inputs,
        bias=None,
        memory=None,
        memory_bias=None,
        rotation=None,
        remember=None,
        training=False,
    ):
        x, attention = inputs, None

        y = self.before(x, self.self_norm)
        queries, seen = self.self_attention.project(y, rotation)
        seen = seen if remember is None else remember(seen)
        if memory is None or self.cross_attention is not None:
            y, _ = self.self_attention(queries, seen, bias, rotation=rotation, training=training)
        else:
            y, weights = self.self_attention(
                queries, seen, bias, memory, memory_bias, rotation, training=training
            )
            attention = weights[..., : ops.shape(memory.values)[2]]
        x = self.after(x, y, self.self_norm, self.dropouts[0], training)

        if self.cross_attention is not None:
            y = self.before(x, self.cross_norm)
            queries = self.cross_attention.query(y)
            y, attention = self.cross_attention(queries, memory, memory_bias, training=training)
            x = self.after(x, y, self.cross_norm, self.dropouts[1], training)

        y = self.feed_forward(self.before(x, self.feed_norm), training=training)
        x = self.after(x, y, self.feed_norm, self.dropouts[2], training)
        return x, seen, attention

    def before(self, x, norm):
        """The input of a sub-layer: norm(x) if the norm comes first."""
        return norm(x) if self.norm_first else x

    def after(self, x, y, norm, dropout, training):
        """x + y, or norm(x + y) if the norm comes last, with dropout on the sub-layer's output."""
        x = x + dropout(y, training=training)
        return x if self.norm_first else norm(x)


class TransformerStack(keras.layers.Layer):
    """Blocks in a row, over a whole sequence or one step at a time.

    Args:
        depth: int, number of blocks.
        **block: arguments of `TransformerBlock`; `dtype` is the stack's, too.

    Call arguments:
        inputs: float [B, T, D].
        bias: float, broadcast to [B, H, T, T], the causal or padding mask.
        positions: a `Positions`.
        at: int [T] or [B, T], where the inputs stand.
        memory: `ProjectedMemory`; None in an encoder.
        training: bool.

    Returns:
        outputs [B, T, D], a tuple of each block's `KeysValues`, and the last block's attention over
        the memory, [B, H, T, S] or None.
    """

    def __init__(self, depth, name=None, dtype=None, **block):
        super().__init__(name=name, dtype=dtype)
        self.blocks = [
            TransformerBlock(name=f"block_{i}", dtype=self.dtype_policy, **block)
            for i in range(depth)
        ]

    def build(self, input_shape=None):
        for block in self.blocks:
            block.build(input_shape)
        self.built = True

    def project(self, memory):
        """Keys and values of a `Memory` for every block, computed once per source."""
        if not self.built:  # the memory is projected before the stack is first called
            self.build()
        keys_values = [block.cross_attention.keys_values(memory.states) for block in self.blocks]
        return ProjectedMemory(tuple(keys_values), padding_bias(memory.mask))

    def empty_cache(self, batch, room):
        """A `KeyValueCache` for `room` steps of one hypothesis per source."""
        attentions = [block.self_attention for block in self.blocks]
        return KeyValueCache.begin(
            tuple(
                KeysValues.empty(batch, a.heads, room, a.head_units, self.compute_dtype)
                for a in attentions
            )
        )

    def call(self, inputs, bias=None, positions=None, at=None, memory=None, training=False):
        relative = positions.bias(at, at)
        bias = bias if relative is None else relative + ops.cast(bias, "float32")
        rotation = positions.rotation(at)
        return self.run(inputs, bias, rotation, memory, None, training)

    def step(self, inputs, cache, positions, at, memory):
        """One step of K hypotheses per source, which stand where sequence positions do.

        Args:
            inputs: float [B, K, D].
            cache: `KeyValueCache` of the earlier steps.
            positions, memory: as in the call.
            at: int [B, 1], the position of each source's hypotheses.

        Returns:
            outputs [B, K, D], the next cache, and attention over the memory [B, H, K, S].
        """
        cache = cache.opened()
        slot_bias = positions.bias(ops.zeros((1,), "int32"), -cache.ages())
        rotation = positions.rotation(at)
        x, entries, attention = self.run(inputs, cache.bias(slot_bias), rotation, memory, cache)
        return x, cache.closed(entries), attention

    def run(self, x, bias, rotation, memory, cache, training=False):
        """All blocks, which write to the cache if there is one."""
        seen, attention = [], None
        for i, block in enumerate(self.blocks):
            x, keys_values, attention = block(
                x,
                bias=bias,
                memory=None if memory is None else memory.keys_values[i],
                memory_bias=None if memory is None else memory.bias,
                rotation=rotation,
                remember=None if cache is None else functools.partial(cache.written, i),
                training=training,
            )
            seen.append(keys_values)
        return x, tuple(seen), attention
