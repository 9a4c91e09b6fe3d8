"""The Transformer block that the Transformer, T5 and their kin share, whole-sequence and step by step."""

import keras
from keras import ops

from zoo.layers.attention import KeysValues, MultiHeadAttention
from zoo.layers.dropout import Dropout
from zoo.layers.history import History
from zoo.layers.laid_out import joined

ACTIVATIONS = {
    "relu": keras.activations.relu,
    "swish": keras.activations.silu,
    "gelu": lambda x: keras.activations.gelu(x, approximate=False),
    "gelu_tanh": lambda x: keras.activations.gelu(x, approximate=True),
}


class FeedForward(keras.layers.Layer):
    """f(x W1 + b1) W2 + b2, position by position (Vaswani et al. 2017, equation 2, where f is max(0, x)).

    Gated, (f(x Wg + bg) * (x W1 + b1)) W2 + b2 (Shazeer: "GLU Variants Improve Transformer", 2020,
    https://arxiv.org/abs/2002.05202, section 2).

    Args:
        units: int, D, width in and out.
        inner_units: int, width between.
        activation: str, f, one of `ACTIVATIONS`; "gelu_tanh" is the approximation of "gelu" by tanh.
        gated: bool.
        use_bias: bool.
        dropout: float, rate before W2.
        initializers: function of "inner" or "outer" to an initializer; None is Glorot.
        **kwargs: `name` and `dtype` of the layer.
    """

    def __init__(
        self,
        units,
        inner_units,
        activation="relu",
        gated=False,
        use_bias=True,
        dropout=0.0,
        initializers=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.units, self.inner_units, self.activation = units, inner_units, ACTIVATIONS[activation]

        def dense(name, width, role):
            initializer = initializers(role) if initializers else "glorot_uniform"
            return keras.layers.Dense(
                width,
                use_bias=use_bias,
                kernel_initializer=initializer,
                name=name,
                dtype=self.dtype_policy,
            )

        self.inner, self.outer = (
            dense("inner", inner_units, "inner"),
            dense("outer", units, "outer"),
        )
        self.gate = dense("gate", inner_units, "inner") if gated else None
        self.dropout = Dropout(dropout, dtype=self.dtype_policy)

    def build(self, input_shape):
        for layer in (self.inner, self.gate):
            if layer is not None:
                layer.build((None, None, self.units))
        self.outer.build((None, None, self.inner_units))
        self.built = True

    def call(self, inputs, training=False):
        x = self.inner(inputs)
        x = self.activation(x) if self.gate is None else self.activation(self.gate(inputs)) * x
        return self.outer(self.dropout(x, training=training))


class TransformerBlock(keras.layers.Layer):
    """Self-attention, attention to the memory in a decoder, and feed-forward, each in a residual connection.

    Args:
        units, heads, inner_units: int, D, H and the width of the feed-forward layer.
        cross: bool, whether the block attends to a memory.
        norm_first: bool. False as in the paper: norm(x + f(x)); True: x + f(norm(x)).
        norm: function that makes a normalisation layer from a name and a dtype.
        head_units, scale, use_bias, initializers: see `MultiHeadAttention`.
        activation, gated: see `FeedForward`.
        dropout: float, rate on each sub-layer's output, before it is added.
        attention_dropout, inner_dropout: float, rates on attention weights and inside the feed-forward layer.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        inputs: float [B, T, D].
        bias: float, broadcast to [B, H, T, S], on the self-attention scores.
        memory: `KeysValues`, from `memory_keys_values`; None in an encoder. A block that does not attend across
            sees it in its self-attention, before its own keys and values.
        memory_bias: float [B, 1, 1, S], on the scores of the memory.
        records: `KeysValues` of earlier steps; None for whole sequences.
        place: int scalar, where in the records those of the inputs are written before anything is looked at.
        rotation: int [T] or [B, T], positions by which queries and keys are rotated; None leaves them.
        projections: from `laid_out`; None to compute each by itself.

    Returns:
        outputs [B, T, D]; the next records, or without any the keys and values of the inputs; and the attention over the memory
        [B, H, T, S], None without one. Where the memory is seen by self-attention, its rows sum to less than 1.
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

        def attention(name):
            return MultiHeadAttention(
                units,
                heads,
                head_units,
                scale,
                use_bias,
                attention_dropout,
                initializers,
                name=name,
                dtype=dtype,
            )

        self.self_attention = attention("self_attention")
        self.cross_attention = attention("cross_attention") if cross else None
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
        self.self_norm, self.feed_norm = norm("self_norm", dtype), norm("feed_norm", dtype)
        self.cross_norm = norm("cross_norm", dtype) if cross else None
        self.dropouts = [Dropout(dropout, dtype=dtype) for _ in range(3)]

    def build(self, input_shape):
        shape = (None, None, self.units)
        for part in (
            self.self_attention,
            self.cross_attention,
            self.feed_forward,
            self.self_norm,
            self.cross_norm,
            self.feed_norm,
        ):
            if part is not None:
                part.build(shape)
        self.built = True

    def memory_keys_values(self, states):
        """Memory states [B, S, D] -> `KeysValues`, computed once a source."""
        return self.cross_attention.keys_values(states)

    def laid_out(self):
        """The self-attention's projections as one: a function of [B, T, D] to queries, keys and values [B, T, H E]."""
        return joined(self.self_attention.query, self.self_attention.key, self.self_attention.value)

    def call(
        self,
        inputs,
        bias=None,
        memory=None,
        memory_bias=None,
        records=None,
        place=None,
        rotation=None,
        projections=None,
        training=False,
    ):
        attention = None

        def attend_self(x):
            nonlocal records, attention
            layer = self.self_attention
            project = projections or (lambda x: (layer.query(x), layer.key(x), layer.value(x)))
            queries, keys, values = project(x)
            own = layer.ready_keys_values(keys, values, rotation)
            records = (
                own
                if records is None
                else KeysValues(
                    ops.slice_update(records.keys, (0, 0, 0, place), own.keys),
                    ops.slice_update(records.values, (0, 0, place, 0), own.values),
                )
            )
            prefix = (
                None
                if memory is None or self.cross_attention is not None
                else (memory, memory_bias)
            )
            x, weights = layer.attend(queries, records, bias, prefix, rotation, training)
            attention = None if prefix is None else weights[..., : ops.shape(memory.values)[2]]
            return x

        def attend_memory(x):
            nonlocal attention
            x, attention = self.cross_attention(x, seen=memory, bias=memory_bias, training=training)
            return x

        x = self.residual(inputs, attend_self, self.self_norm, self.dropouts[0], training)
        if self.cross_attention is not None:
            x = self.residual(x, attend_memory, self.cross_norm, self.dropouts[1], training)
        x = self.residual(
            x,
            lambda y: self.feed_forward(y, training=training),
            self.feed_norm,
            self.dropouts[2],
            training,
        )
        return x, records, attention

    def residual(self, x, sublayer, norm, dropout, training):
        """norm(x + f(x)) or x + f(norm(x))."""
        if self.norm_first:
            return x + dropout(sublayer(norm(x)), training=training)
        return norm(x + dropout(sublayer(x), training=training))


class TransformerStack(keras.layers.Layer):
    """Blocks in a row, whole-sequence or one step at a time.

    Args:
        depth: int, number of blocks.
        **block: arguments of `TransformerBlock`; `dtype` is the stack's too.
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

    def memory(self, states):
        """Keys and values of the memory for every block: a tuple of `KeysValues`."""
        if not self.built:  # the memory is projected before the stack is first called
            self.build()
        return tuple(block.memory_keys_values(states) for block in self.blocks)

    def history(self, batch, length):
        """Room for the keys and values of `length` steps in every block: a `History`."""
        attentions = [
            (block.self_attention.heads, block.self_attention.head_units) for block in self.blocks
        ]
        return History.begin(
            tuple(
                KeysValues.empty(batch, heads, length, units, self.compute_dtype)
                for heads, units in attentions
            )
        )

    def laid_out(self):
        """`TransformerBlock.laid_out` of every block, a tuple."""
        return tuple(block.laid_out() for block in self.blocks)

    def call(
        self,
        inputs,
        bias=None,
        memory=None,
        memory_bias=None,
        records=None,
        place=None,
        rotation=None,
        projections=None,
        training=False,
    ):
        """As `TransformerBlock`, with a tuple of memories, records and projections; returns outputs, records and the last
        attention."""
        x, left, attention = inputs, [], None
        for i, block in enumerate(self.blocks):
            x, own, attention = block(
                x,
                bias=bias,
                memory=None if memory is None else memory[i],
                memory_bias=memory_bias,
                records=None if records is None else records[i],
                place=place,
                rotation=rotation,
                projections=None if projections is None else projections[i],
                training=training,
            )
            left.append(own)
        return x, tuple(left), attention
