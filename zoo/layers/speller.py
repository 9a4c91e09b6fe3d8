"""LSTM layers that read their last context, and attend to the memory after each step.

Chan et al. 2016, section 3.2, equations 6 to 8 and 10 to 11. B batch, T steps, S places of the
memory, M its width, D the layers' width, A that of the scores, E that of the inputs.
"""

import keras
from keras import ops

from zoo.layers.attention import MASKED, AttendedMemory
from zoo.layers.loop import recurrent_loop
from zoo.layers.lstm import LSTM, fed_cells, fed_weights


class Speller(keras.layers.Layer):
    """s_i = RNN(s_{i-1}, y_{i-1}, c_{i-1}), e_iu = phi(s_i) psi(h_u), c_i = sum_u a_iu h_u.

    a_i is softmax(e_i); phi and psi are networks of one tanh layer each.

    Args:
        units: int, D.
        depth: int, LSTM layers.
        score_units: int, A.
        memory_units: int, M.
        input_units: int, E.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        inputs: float [B, T, E], embedded target tokens.
        memory: `AttendedMemory`, from `prepare`.
        state: the first context [B, M], and a pair of [B, D] per layer, from `zeros`.

    Returns:
        hidden states [B, T, D], contexts [B, T, M] and attention weights [B, T, S].
    """

    def __init__(self, units, depth, score_units, memory_units, input_units, **kwargs):
        super().__init__(autocast=False, **kwargs)
        self.units, self.score_units = units, score_units
        self.memory_units, self.input_units = memory_units, input_units
        dtype = self.dtype_policy
        self.lstms = [LSTM(units, name=f"lstm_{i}", dtype=dtype) for i in range(depth)]
        self.keys = keras.layers.Dense(score_units, "tanh", name="keys", dtype=dtype)  # psi

    def build(self, input_shape=None):
        width = self.input_units + self.memory_units
        for lstm in self.lstms:
            lstm.build((None, None, width))
            width = self.units
        self.keys.build((None, None, self.memory_units))
        shape = (self.units, self.score_units)
        self.query = self.add_weight(name="query", shape=shape)  # phi
        self.query_bias = self.add_weight(name="query_bias", shape=shape[1:], initializer="zeros")
        self.built = True

    def prepare(self, memory):
        """`Memory` -> `AttendedMemory`, computed once per source."""
        if not self.built:  # the keys are computed before the layer is first called
            self.build()
        bias = ops.where(memory.mask, 0.0, MASKED)
        return AttendedMemory(memory.states, self.keys(memory.states), bias)

    def zeros(self, batch):
        """The state before the first step: zeros."""
        context = ops.zeros((batch, self.memory_units), self.compute_dtype)
        return context, tuple(lstm.zeros(batch) for lstm in self.lstms)

    def call(self, inputs, memory=None, state=None):
        def step(gates, state, shared):
            (context, _, pairs), (memory, phi, cells) = state, shared
            hidden, pairs = fed_cells(gates, context, pairs, cells)
            context, weights = attend(hidden[:, None], memory, phi)
            return context[:, 0], weights[:, 0], pairs

        of_inputs, cells = fed_weights(self.lstms, self.input_units)
        # The embeddings' share of the gates is known before the loop: [T, B, 4D].
        gates = ops.matmul(ops.transpose(inputs, (1, 0, 2)), of_inputs)
        context, pairs = state
        no_weights = ops.zeros_like(memory.keys[:, :, 0])
        first, shared = (context, no_weights, pairs), (memory, self.phi(), cells)
        contexts, weights, pairs = recurrent_loop(step, gates, first, shared)
        found = pairs[-1][0], contexts, weights
        return tuple(ops.transpose(x, (1, 0, 2)) for x in found)

    def step(self, inputs, memory, state):
        """One step.

        Args:
            inputs: float [B, K, E].
            memory: `AttendedMemory`.
            state: the last context [B, K, M], and a pair of [B, K, D] per layer.

        Returns:
            hidden states [B, K, D], contexts [B, K, M], attention weights [B, K, S] and the next
            state.
        """
        of_inputs, cells = fed_weights(self.lstms, self.input_units)
        hidden, pairs = fed_cells(ops.matmul(inputs, of_inputs), *state, cells)
        context, weights = attend(hidden, memory, self.phi())
        return hidden, context, weights, (context, pairs)

    def phi(self):
        """The weights of phi, in the compute dtype."""
        return tuple(ops.cast(w, self.compute_dtype) for w in (self.query, self.query_bias))


def attend(hidden, memory, phi):
    """States [B, K, D] that attend -> contexts [B, K, M] and weights [B, K, S]."""
    kernel, bias = phi
    queries = ops.tanh(ops.matmul(hidden, kernel) + bias)  # [B, K, A]
    scores = ops.matmul(queries, ops.transpose(memory.keys, (0, 2, 1)))
    weights = ops.softmax(ops.cast(scores, "float32") + memory.bias[:, None])
    weights = ops.cast(weights, memory.states.dtype)
    return ops.matmul(weights, memory.states), weights
