"""The decoder of the pointer-generator (See et al. 2017, sections 2.1 and 2.2).

B batch, T steps, K hypotheses, S places of the source, M width of the memory, D of the decoder, E
of the embeddings, V vocabulary.
"""

import keras
from keras import ops

from zoo.layers.additive_attention import AdditiveAttention, additive_weights
from zoo.layers.loop import recurrent_loop
from zoo.layers.lstm import lstm_cell, lstm_weights
from zoo.layers.portable import add_at

TINY, NEVER = 1e-30, -1e9  # keep logarithms finite


class PointerDecoder(keras.layers.Layer):
    """x_t = W [y_{t-1}; c_{t-1}] + b, s_t = LSTM(s_{t-1}, x_t), c_t by additive attention of s_t.

    Attention reads both parts of s_t, the cell state and the hidden state.

    Args:
        units: int, D.
        attention_units: int, width of the attention's hidden layer.
        memory_units: int, M.
        input_units: int, E.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        inputs: float [B, T, E], embedded target tokens.
        memory: `AttendedMemory`, from `prepare`.
        state: pair of float [B, D], the first hidden and cell state.

    Returns:
        hidden states [B, T, D], contexts [B, T, M], attention weights, float32 [B, T, S], and what
        the gate reads: contexts, both parts of the states and x, joined, [B, T, M + 2D + E].
    """

    def __init__(self, units, attention_units, memory_units, input_units, **kwargs):
        super().__init__(autocast=False, **kwargs)
        self.units = units
        self.memory_units, self.input_units = memory_units, input_units
        dtype = self.dtype_policy
        self.merge = keras.layers.Dense(input_units, name="merge", dtype=dtype)
        self.cell = keras.layers.LSTMCell(units, name="cell", dtype=dtype)
        self.attention = AdditiveAttention(
            attention_units, 2 * units, memory_units, name="attention", dtype=dtype
        )

    def build(self, input_shape=None):
        self.merge.build((None, self.input_units + self.memory_units))
        self.cell.build((None, self.input_units))
        self.attention.build()
        self.built = True

    def prepare(self, memory):
        """`Memory` -> `AttendedMemory`, computed once per source."""
        if not self.built:  # the memory is prepared before the layer is first called
            self.build()
        return self.attention.prepare(memory)

    def call(self, inputs, memory=None, state=None):
        def step(inputs, state, shared):
            _, _, context, hidden, cell = state
            return advance(inputs[:, None], context, hidden, cell, *shared)

        of_inputs, *weights = self.weights_for_loop()
        # The embeddings' share of x is known before the loop: [T, B, E].
        shares = ops.matmul(ops.transpose(inputs, (1, 0, 2)), of_inputs)
        hidden, cell = (x[:, None] for x in state)
        context = self.no_context(ops.shape(hidden)[0])[:, None]
        no_weights = ops.zeros_like(memory.keys[:, None, :, 0], dtype="float32")
        first = ops.zeros_like(inputs[:, :1]), no_weights, context, hidden, cell
        found = recurrent_loop(step, shares, first, (memory, tuple(weights)))
        return results(*(ops.transpose(x[:, :, 0], (1, 0, 2)) for x in found))

    def step(self, inputs, memory, state):
        """One step.

        Args:
            inputs: float [B, K, E].
            memory: `AttendedMemory`.
            state: context [B, K, M], hidden and cell state [B, K, D].

        Returns:
            What a call returns, with K in place of T, and the next state.
        """
        of_inputs, *weights = self.weights_for_loop()
        found = advance(ops.matmul(inputs, of_inputs), *state, memory, tuple(weights))
        return *results(*found), found[2:]

    def no_context(self, batch):
        """The context before the first step: zeros [B, M]."""
        return ops.zeros((batch, self.memory_units), self.compute_dtype)

    def weights_for_loop(self):
        """The weights in the compute dtype, that of the embeddings first."""
        kernel = ops.cast(self.merge.kernel, self.compute_dtype)
        of_inputs, of_context = kernel[: self.input_units], kernel[self.input_units :]
        bias = ops.cast(self.merge.bias, self.compute_dtype)
        attention = self.attention.weights_for_loop()
        return of_inputs, of_context, bias, *lstm_weights(self.cell), *attention


def advance(share, context, hidden, cell, memory, weights):
    """One step.

    Args:
        share: float [B, K, E], the embeddings' share of x.
        context: float [B, K, M], the last one.
        hidden, cell: float [B, K, D], the last state.
        memory: `AttendedMemory`.
        weights: those of `PointerDecoder.weights_for_loop` after the first.

    Returns:
        x [B, K, E], attention weights, float32 [B, K, S], context, hidden and cell state.
    """
    of_context, merge_bias, kernel, recurrent, bias, query, score = weights
    x = share + ops.matmul(context, of_context) + merge_bias
    z = ops.matmul(x, kernel) + ops.matmul(hidden, recurrent) + bias  # [B, K, 4D]
    hidden, cell, _ = lstm_cell(z, cell)
    both = ops.concatenate([ops.cast(cell, hidden.dtype), hidden], -1)
    attention = additive_weights(both, memory.keys, memory.bias, query, score)
    context = ops.matmul(ops.cast(attention, hidden.dtype), memory.states)
    return x, attention, context, hidden, cell


def results(x, attention, context, hidden, cell):
    """The decoder's results, from those of `advance`."""
    gate = ops.concatenate([context, ops.cast(cell, hidden.dtype), hidden, x], -1)
    return hidden, context, attention, gate


def mixed_logits(logits, gate, attention, source):
    """log P(w), P(w) = p softmax(logits)(w) + (1 - p) (the sum of a_i over places i that hold w).

    It is computed from logarithms: a token that the model thinks impossible keeps its gradient.

    Args:
        logits: float32 [B, K, V], what the decoder would generate.
        gate: float32 [B, K, 1], the logit of p.
        attention: float32 [B, K, S], a.
        source: int [B, S], the ids that can be copied.

    Returns:
        float32 [B, K, V].
    """
    copied = add_at(source, attention, ops.shape(logits)[-1])
    copied = ops.where(copied > 0, ops.log(ops.maximum(copied, TINY)), NEVER)
    generated = ops.log_sigmoid(gate) + ops.log_softmax(logits)
    return ops.logaddexp(generated, ops.log_sigmoid(-gate) + copied)
