"""A causal gated convolution that looks at a memory (Gehring et al. 2017, section 3.3)."""

from typing import Any, NamedTuple

import keras
from keras import ops

from zoo.layers.gated_convolution import GatedConvolution, NormalizedDense


class ConvolvedMemory(NamedTuple):
    """A memory as the decoder's blocks attend to it.

    Attributes:
        keys: float [B, S, M], z.
        values: float [B, S, M], z + e.
        bias: float32 [B, S], 0 at real tokens and very negative at padding.
        factor: float32 [B], sqrt(m) for m real tokens.
    """

    keys: Any
    values: Any
    bias: Any
    factor: Any


class AttentiveConvolution(keras.layers.Layer):
    """A causal `GatedConvolution` with attention over the memory added to its output.

    M is the width of the memory.

    Args:
        units, kernel, weight_norm, dropout: see `GatedConvolution`.
        memory_units: int, M.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        inputs: float [B, T, C].
        embedded: float [B, T, M], the embedded target.
        memory: `ConvolvedMemory`.
        training: bool.

    Returns:
        float [B, T, D] and float32 attention weights [B, T, S].
    """

    def __init__(self, units, kernel, memory_units, weight_norm=True, dropout=0.0, **kwargs):
        super().__init__(**kwargs)
        self.units, self.memory_units = units, memory_units
        dtype = self.dtype_policy
        self.convolution = GatedConvolution(
            units, kernel, True, weight_norm, dropout, name="convolution", dtype=dtype
        )
        self.query = NormalizedDense(memory_units, 1.0, weight_norm, name="query", dtype=dtype)
        self.context = None
        if units != memory_units:
            self.context = NormalizedDense(units, 1.0, weight_norm, name="context", dtype=dtype)

    def build(self, input_shape):
        self.convolution.build(input_shape)
        self.query.build((None, None, self.units))
        if self.context is not None:
            self.context.build((None, None, self.memory_units))
        self.built = True

    def call(self, inputs, embedded=None, memory=None, training=False):
        return self.attend(self.convolution(inputs, training=training), embedded, memory)

    def attend(self, hidden, embedded, memory):
        """[B, T, D] -> [B, T, D] with the context c added, and attention weights [B, T, S]."""
        queries = self.query(hidden) + embedded  # [B, T, M]
        scores = ops.matmul(queries, ops.transpose(memory.keys, (0, 2, 1)))  # [B, T, S]
        scores = ops.cast(scores, "float32") + ops.cast(memory.bias, "float32")[:, None, :]
        weights = ops.softmax(scores)
        dtype = memory.values.dtype
        context = ops.matmul(ops.cast(weights, dtype), memory.values)
        context = context * ops.cast(memory.factor, dtype)[:, None, None]
        return hidden + (context if self.context is None else self.context(context)), weights

    def step(self, inputs, embedded, memory, window):
        """One step.

        Args:
            inputs: float [B, K, C].
            embedded: float [B, K, M].
            memory: `ConvolvedMemory`.
            window: float [B, K, (k - 1) C], the last inputs.

        Returns:
            [B, K, D], attention weights [B, K, S], and the next window.
        """
        hidden, window = self.convolution.step(inputs, window)
        return *self.attend(hidden, embedded, memory), window
