"""Bahdanau's additive attention, and the LSTM decoder loop around it with a gradient of its own.

e_ij = v^T tanh(W s_{i-1} + U h_j), alpha_i = softmax(e_i), c_i = sum_j alpha_ij h_j (Bahdanau et al. 2015, section 3.1 and
appendix A.1.2). U h_j does not depend on i and is computed once a sentence.

Automatic differentiation of the loop would keep tanh(...) of every step, [T, B, S, A], and add up every weight's gradient
step by step. The gradient here keeps only states, gates and weights of attention, computes tanh again, and forms each weight's
gradient in one product after the loop.
"""

import keras
from keras import ops

from zoo.layers.attention import MASKED


class AdditiveAttentionLSTM(keras.layers.Layer):
    """LSTM decoder that looks at the memory before each step.

    s_i = LSTM(s_{i-1}, [y_{i-1}; c_i]) with c_i the attention of s_{i-1} over the memory.
    A units of attention, D of the LSTM, M of the memory, F of the input.

    Args:
        units: int, D.
        attention_units: int, A.
        memory_units: int, M.
        input_units: int, F.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        inputs: float [B, T, F], embedded target tokens.
        states: float [B, S, M], the memory.
        keys: float [B, S, A], U h, from `keys`.
        bias: float [B, S], 0 at real tokens and very negative at padding, from `bias`.
        state: pair of float [B, D], the first hidden and cell state.

    Returns:
        hidden states [B, T, D], contexts [B, T, M] and attention weights [B, T, S].
    """

    def __init__(self, units, attention_units, memory_units, input_units, **kwargs):
        super().__init__(**kwargs)
        self.units, self.attention_units = units, attention_units
        self.memory_units, self.input_units = memory_units, input_units
        self.cell = keras.layers.LSTMCell(units, dtype=self.dtype_policy, name="cell")
        self.key_projection = keras.layers.Dense(
            attention_units, name="keys", dtype=self.dtype_policy
        )

    def build(self, input_shape=None):
        self.cell.build((None, self.input_units + self.memory_units))
        self.key_projection.build((None, None, self.memory_units))
        self.query = self.add_weight(name="query", shape=(self.units, self.attention_units))
        self.score = self.add_weight(
            name="score",
            shape=(self.attention_units,),
            initializer=keras.initializers.RandomNormal(stddev=self.attention_units**-0.5),
        )
        self.built = True

    def keys(self, states):
        """U h + b for every source state: [B, S, M] -> [B, S, A]."""
        if not self.built:  # the keys are computed before the loop is first called
            self.build()
        return self.key_projection(states)

    @staticmethod
    def bias(mask):
        """bool [B, S] -> float32 [B, S] to add to the scores."""
        return ops.where(mask, 0.0, MASKED)

    def weights_and_gates(self, inputs):
        """The loop's weights in the compute type, and the inputs' share of the gates, [T, B, 4D]."""
        cast = lambda w: ops.cast(w, self.compute_dtype)
        of_inputs, of_context = ops.split(
            cast(self.cell.kernel), [self.input_units]
        )  # [F, 4D], [M, 4D]
        gates = ops.matmul(ops.transpose(inputs, (1, 0, 2)), of_inputs) + cast(self.cell.bias)
        return gates, (
            cast(self.query),
            cast(self.score),
            of_context,
            cast(self.cell.recurrent_kernel),
        )

    def call(self, inputs, states=None, keys=None, bias=None, state=None):
        gates, weights = self.weights_and_gates(inputs)
        hidden, contexts, attention = attentive_loop(gates, states, keys, bias, *state, *weights)
        return tuple(ops.transpose(x, (1, 0, 2)) for x in (hidden, contexts, attention))

    def step(self, inputs, states, keys, bias, state):
        """One step of N rows, a source's side by side.

        Args:
            inputs: float [N, F].
            state: a pair of [N, D].

        Returns:
            [N, D], context [N, M], weights [N, S], next pair.
        """
        query, score = (
            ops.cast(self.query, self.compute_dtype),
            ops.cast(self.score, self.compute_dtype),
        )
        context, weights = attend(state[0], states, keys, bias, query, score)
        hidden, state = self.cell(ops.concatenate([inputs, context], -1), list(state))
        return hidden, context, weights, tuple(state)


def attend(hidden, states, keys, bias, query, score):
    """One look at the memory: hidden [N, D], the K rows of a source side by side -> context [N, M] and weights [N, S]."""
    rows, (batch, source, width) = ops.shape(hidden)[0], ops.shape(states)
    queries = ops.reshape(ops.matmul(hidden, query), (batch, -1, 1, query.shape[1]))  # [B, K, 1, A]
    scores = ops.sum(ops.tanh(keys[:, None] + queries) * score, -1)  # [B, K, S]
    weights = ops.cast(
        ops.softmax(ops.cast(scores, "float32") + ops.cast(bias, "float32")[:, None]), states.dtype
    )
    return ops.reshape(ops.matmul(weights, states), (rows, width)), ops.reshape(
        weights, (rows, source)
    )


@ops.custom_gradient
def attentive_loop(gates, states, keys, bias, hidden, cells, query, score, kernel, recurrent):
    """The decoder's loop over time.

    Args:
        gates: [T, B, 4D], the share of the gates' inputs that is known before the loop.
        states: [B, S, M]; keys: [B, S, A]; bias: float [B, S].
        hidden, cells: [B, D], the first state.
        query: [D, A], W; score: [A], v.
        kernel: [M, 4D], the context's part of the gates' kernel; recurrent: [D, 4D].

    Returns:
        hidden states [T, B, D], contexts [T, B, M], attention weights [T, B, S].
    """
    steps, batch, dtype = gates.shape[0], gates.shape[1], gates.dtype
    steps, batch = (ops.shape(gates)[i] if n is None else n for i, n in enumerate((steps, batch)))
    empty = lambda width: ops.zeros((steps, batch, width), dtype)
    write = lambda buffer, t, row: ops.slice_update(buffer, (t, 0, 0), row[None])

    def forward(t, h, c, hs, cs, contexts, attention, acts):
        context, weights = attend(h, states, keys, bias, query, score)
        z = ops.take(gates, t, axis=0) + ops.matmul(context, kernel) + ops.matmul(h, recurrent)
        i, f, g, o = ops.split(z, 4, axis=-1)
        i, f, g, o = ops.sigmoid(i), ops.sigmoid(f), ops.tanh(g), ops.sigmoid(o)
        c = f * c + i * g
        h = o * ops.tanh(c)
        return (
            t + 1,
            h,
            c,
            write(hs, t, h),
            write(cs, t, c),
            write(contexts, t, context),
            write(attention, t, weights),
            write(acts, t, ops.concatenate([i, f, g, o], -1)),
        )

    source, width = ops.shape(states)[1:]
    start = (
        ops.convert_to_tensor(0, "int32"),
        hidden,
        cells,
        empty(hidden.shape[-1]),
        empty(hidden.shape[-1]),
        empty(width),
        empty(source),
        ops.zeros_like(gates),
    )
    _, _, _, hs, cs, contexts, attention, acts = ops.while_loop(
        lambda t, *_: t < steps, forward, start
    )

    def gradient(*upstream):
        d_hs, d_contexts, d_attention = upstream
        h_before = ops.concatenate([hidden[None], hs[:-1]], 0)  # [T, B, D]
        c_before = ops.concatenate([cells[None], cs[:-1]], 0)
        queries = ops.matmul(h_before, query)  # [T, B, A]
        kernel_t, recurrent_t, query_t = (
            ops.transpose(kernel),
            ops.transpose(recurrent),
            ops.transpose(query),
        )
        at = lambda x, t: ops.take(x, t, axis=0)

        def backward(t, dh, dc, d_gates, d_queries, d_mixed, d_keys, d_score):
            i, f, g, o = ops.split(at(acts, t), 4, axis=-1)
            tanh_c = ops.tanh(at(cs, t))
            dh = dh + at(d_hs, t)
            dc = dc + dh * o * (1 - tanh_c * tanh_c)
            d = ops.concatenate(
                [
                    dc * g * i * (1 - i),
                    dc * at(c_before, t) * f * (1 - f),
                    dc * i * (1 - g * g),
                    dh * tanh_c * o * (1 - o),
                ],
                -1,
            )  # [B, 4D]
            d_context = at(d_contexts, t) + ops.matmul(d, kernel_t)  # [B, M]
            weights = at(attention, t)
            d_weights = (
                at(d_attention, t) + ops.matmul(states, d_context[:, :, None])[:, :, 0]
            )  # [B, S]
            d_scores = weights * (d_weights - ops.sum(weights * d_weights, -1, keepdims=True))
            tanh_e = ops.tanh(
                keys + at(queries, t)[:, None, :]
            )  # [B, S, A], as in the forward loop
            d_inner = d_scores[:, :, None] * score * (1 - tanh_e * tanh_e)
            d_query = ops.sum(d_inner, 1)  # [B, A]
            d_score = d_score + ops.sum(d_scores[:, :, None] * tanh_e, (0, 1))
            dh = ops.matmul(d, recurrent_t) + ops.matmul(d_query, query_t)
            return (
                t - 1,
                dh,
                dc * f,
                write(d_gates, t, d),
                write(d_queries, t, d_query),
                write(d_mixed, t, d_context),
                d_keys + d_inner,
                d_score,
            )

        sums = (hidden, cells, gates, queries, contexts, keys, score)
        start = (ops.convert_to_tensor(steps - 1, "int32"), *(ops.zeros_like(x) for x in sums))
        _, dh, dc, d_gates, d_queries, d_mixed, d_keys, d_score = ops.while_loop(
            lambda t, *_: t >= 0, backward, start
        )
        d_states = ops.einsum("tbs,tbm->bsm", attention, d_mixed)
        product = lambda a, b: ops.einsum("tbm,tbn->mn", a, b)
        return (
            d_gates,
            d_states,
            d_keys,
            ops.zeros_like(bias),
            dh,
            dc,
            product(h_before, d_queries),
            d_score,
            product(contexts, d_gates),
            product(h_before, d_gates),
        )

    return (hs, contexts, attention), gradient
