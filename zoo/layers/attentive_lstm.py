"""An LSTM that attends to a memory before each step, with a custom gradient.

Automatic differentiation of the loop would keep tanh(...) of every step, [T, B, S, A], and add up
every weight's gradient step by step. The gradient here keeps only states, gates and attention
weights, computes tanh again, and forms each weight's gradient in one product after the loop.
"""

import keras
from keras import ops

from zoo.layers.additive_attention import AdditiveAttention, additive_attend
from zoo.layers.lstm import exact, lstm_cell, lstm_cell_gradient, lstm_weights
from zoo.layers.portable import with_gradient, write


class AttentiveLSTM(keras.layers.Layer):
    """s_i = LSTM(s_{i-1}, [y_{i-1}; c_i]), c_i being the attention of s_{i-1} over the memory.

    A units of attention, D of the LSTM, M of the memory, F of the input.

    Args:
        units: int, D.
        attention_units: int, A.
        memory_units: int, M.
        input_units: int, F.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        inputs: float [B, T, F], embedded target tokens.
        memory: `AttendedMemory`, from `prepare`.
        state: pair of float [B, D], the first hidden and cell state.

    Returns:
        hidden states [B, T, D], contexts [B, T, M] and attention weights [B, T, S].
    """

    def __init__(self, units, attention_units, memory_units, input_units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.memory_units, self.input_units = memory_units, input_units
        dtype = self.dtype_policy
        self.cell = keras.layers.LSTMCell(units, dtype=dtype, name="cell")
        self.attention = AdditiveAttention(
            attention_units, units, memory_units, name="attention", dtype=dtype
        )

    def build(self, input_shape=None):
        self.cell.build((None, self.input_units + self.memory_units))
        self.attention.build()
        self.built = True

    def zeros(self, batch):
        """The state before the first step, a pair of [B, D]."""
        shape = batch, self.units
        return ops.zeros(shape, self.compute_dtype), ops.zeros(shape, "float32")

    def prepare(self, memory):
        """`Memory` -> `AttendedMemory`, computed once per source."""
        if not self.built:  # the memory is prepared before the layer is first called
            self.build()
        return self.attention.prepare(memory)

    def call(self, inputs, memory=None, state=None):
        kernel, recurrent, bias = lstm_weights(self.cell)
        of_inputs, of_context = ops.split(kernel, [self.input_units])  # [F, 4D], [M, 4D]
        gates = ops.matmul(ops.transpose(inputs, (1, 0, 2)), of_inputs) + bias  # [T, B, 4D]
        query, score = self.attention.weights_for_loop()
        found = attentive_loop(gates, *memory, *state, query, score, of_context, recurrent)
        hidden, contexts, attention = (ops.transpose(x, (1, 0, 2)) for x in found)
        return hidden, contexts, attention

    def step(self, inputs, memory, state):
        """One step.

        Args:
            inputs: float [B, K, F].
            memory: `AttendedMemory`.
            state: pair of float [B, K, D].

        Returns:
            hidden [B, K, D], context [B, K, M], attention weights [B, K, S], and the next pair.
        """
        hidden, cell = state
        context, weights = self.attention(hidden, memory)
        kernel, recurrent, bias = lstm_weights(self.cell)
        z = ops.matmul(ops.concatenate([inputs, context], -1), kernel)
        hidden, cell, _ = lstm_cell(z + ops.matmul(hidden, recurrent) + bias, cell)
        return hidden, context, weights, (hidden, cell)


@with_gradient
def attentive_loop(gates, states, keys, bias, hidden, cell, query, score, kernel, recurrent):
    """The loop over time.

    Args:
        gates: [T, B, 4D], the share of the gates' inputs that is known before the loop.
        states: [B, S, M]; keys: [B, S, A]; bias: float [B, S].
        hidden, cell: [B, D], the first state.
        query: [D, A], W; score: [A], v.
        kernel: [M, 4D], the context's part of the gates' kernel; recurrent: [D, 4D].

    Returns:
        hidden states [T, B, D], contexts [T, B, M], attention weights [T, B, S].
    """
    steps, batch = ops.shape(gates)[:2]
    source, width = ops.shape(states)[1:]
    units = hidden.shape[-1]

    def empty(size):
        return ops.zeros((steps, batch, size), gates.dtype)

    def forward(t, h, c, hs, cs, contexts, attention, acts):
        context, weights = additive_attend(h[:, None], states, keys, bias, query, score)
        context, weights = context[:, 0], weights[:, 0]
        z = ops.take(gates, t, axis=0) + ops.matmul(context, kernel) + ops.matmul(h, recurrent)
        h, c, act = lstm_cell(z, c)
        hs, cs, acts = write(hs, t, h), write(cs, t, c), write(acts, t, act)
        return t + 1, h, c, hs, cs, write(contexts, t, context), write(attention, t, weights), acts

    zero = ops.convert_to_tensor(0, "int32")
    buffers = empty(units), exact(empty(units)), empty(width), empty(source), ops.zeros_like(gates)
    start = (zero, hidden, exact(cell), *buffers)
    end = ops.while_loop(lambda t, *_: t < steps, forward, start)
    hs, cs, contexts, attention, acts = end[3:]

    def gradient(*upstream):
        d_hs, d_contexts, d_attention = upstream
        h_before = ops.concatenate([hidden[None], hs[:-1]], 0)  # [T, B, D]
        c_before = ops.concatenate([exact(cell)[None], cs[:-1]], 0)
        queries = ops.matmul(h_before, query)  # [T, B, A]
        kernel_t, recurrent_t = ops.transpose(kernel), ops.transpose(recurrent)
        query_t = ops.transpose(query)

        def at(x, t):
            return ops.take(x, t, axis=0)

        def backward(n, dh, dc, d_keys, d_score, d_gates, d_queries, d_mixed):
            t = steps - 1 - n
            dh = dh + exact(at(d_hs, t))
            act, tanh_cell = exact(at(acts, t)), ops.tanh(at(cs, t))
            d, dc = lstm_cell_gradient(act, at(c_before, t), tanh_cell, dh, dc)
            d = ops.cast(d, gates.dtype)
            d_context = at(d_contexts, t) + ops.matmul(d, kernel_t)  # [B, M]
            weights = at(attention, t)
            d_weights = ops.matmul(states, d_context[:, :, None])[:, :, 0]  # [B, S]
            d_weights = at(d_attention, t) + d_weights
            d_scores = weights * (d_weights - ops.sum(weights * d_weights, -1, keepdims=True))
            tanh_e = ops.tanh(keys + at(queries, t)[:, None, :])  # [B, S, A], as in `forward`
            d_inner = d_scores[:, :, None] * score * (1 - tanh_e * tanh_e)
            d_query = ops.sum(d_inner, 1)  # [B, A]
            d_score = d_score + ops.sum(exact(d_scores[:, :, None] * tanh_e), (0, 1))
            dh = exact(ops.matmul(d, recurrent_t)) + exact(ops.matmul(d_query, query_t))
            d_gates, d_queries = write(d_gates, t, d), write(d_queries, t, d_query)
            d_mixed = write(d_mixed, t, d_context)
            d_keys = d_keys + exact(d_inner)
            return n + 1, dh, dc, d_keys, d_score, d_gates, d_queries, d_mixed

        # What is summed over time is summed in float32: 16 bits would lose the later terms. The
        # loop counts up, as in `lstm_loop`.
        summed = hidden, cell, keys, score
        buffers = (ops.zeros_like(x) for x in (gates, queries, contexts))
        start = (zero, *(ops.zeros_like(exact(x)) for x in summed), *buffers)
        end = ops.while_loop(lambda n, *_: n < steps, backward, start)
        d_gates, d_queries, d_mixed = end[5:]
        dh, dc, d_keys, d_score = (ops.cast(d, x.dtype) for d, x in zip(end[1:], summed))

        def product(a, b):
            return ops.einsum("tbm,tbn->mn", a, b)

        d_states = ops.einsum("tbs,tbm->bsm", attention, d_mixed)
        of_memory = d_states, d_keys, ops.zeros_like(bias)
        of_attention = product(h_before, d_queries), d_score
        of_cell = product(contexts, d_gates), product(h_before, d_gates)
        return d_gates, *of_memory, dh, dc, *of_attention, *of_cell

    return (hs, contexts, attention), gradient
