"""Units of the first decoders: Cho's reads a summary of the source, Bahdanau's attends to it.

Gates stand in the order update, reset, candidate. The update gate weighs the old state.
"""

import keras
from keras import ops

from zoo.layers.additive_attention import AdditiveAttention, additive_attend
from zoo.layers.loop import recurrent_loop


class SummaryGRU(keras.layers.Layer):
    """A gated unit that reads the same context at every step (Cho et al. 2014, appendix A.1.2).

    The reset gate acts after the product, and on the context as well:
    tanh(W e(y) + r * (U h + C c)).

    Args:
        units: int, D.
        context_units: int, C.
        input_units: int, F.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        inputs: float [B, T, F], embedded target tokens.
        context: float [B, 3D], from `of_context`.
        state: float [B, D], before the first step.

    Returns:
        states [B, T, D].
    """

    parts = 3  # update gate, reset gate and candidate

    def __init__(self, units, context_units, input_units, **kwargs):
        super().__init__(**kwargs)
        self.units, self.context_units, self.input_units = units, context_units, input_units
        dtype = self.dtype_policy
        self.kernel = keras.layers.Dense(self.parts * units, name="kernel", dtype=dtype)
        self.context_kernel = keras.layers.Dense(
            self.parts * units, use_bias=False, name="context", dtype=dtype
        )

    def build(self, input_shape=None):
        self.kernel.build((None, self.input_units))
        self.context_kernel.build((None, self.context_units))
        self.recurrent = self.add_weight(
            name="recurrent",
            shape=(self.units, self.parts * self.units),
            initializer="orthogonal",
        )
        self.built = True

    def of_context(self, context):
        """C c of all gates, computed once per source: [B, C] -> [B, 3D]."""
        if not self.built:  # it is computed before the layer is first called
            self.build()
        return self.context_kernel(context)

    def call(self, inputs, context=None, state=None):
        gates = ops.transpose(self.kernel(inputs), (1, 0, 2))  # [T, B, 3D]
        recurrent = ops.cast(self.recurrent, self.compute_dtype)
        (states,) = recurrent_loop(self.update, gates, (state,), (context, recurrent))
        return ops.transpose(states, (1, 0, 2))

    def step(self, inputs, context, state):
        """One step: float [B, K, F], [B, 3D] and [B, K, D] -> [B, K, D]."""
        recurrent = ops.cast(self.recurrent, self.compute_dtype)
        return self.update(self.kernel(inputs), (state,), (context[:, None], recurrent))[0]

    @staticmethod
    def update(gates, state, shared):
        """h_t from W e(y) + b [..., 3D], (h_{t-1} [..., D],) and (C c [..., 3D], U [D, 3D])."""
        (hidden,), (context, recurrent) = state, shared
        z, r, candidate = ops.split(gates, 3, -1)
        of_state = ops.matmul(hidden, recurrent) + context
        of_state_z, of_state_r, of_state = ops.split(of_state, 3, -1)
        z, r = ops.sigmoid(z + of_state_z), ops.sigmoid(r + of_state_r)
        return (z * hidden + (1 - z) * ops.tanh(candidate + r * of_state),)


class SummaryRNN(SummaryGRU):
    """The same without gates: h_t = tanh(W e(y) + U h_{t-1} + C c + b) (Elman 1990)."""

    parts = 1

    @staticmethod
    def update(inputs, state, shared):
        """h_t from W e(y) + b [..., D], (h_{t-1} [..., D],) and (C c [..., D], U [D, D])."""
        (hidden,), (context, recurrent) = state, shared
        return (ops.tanh(inputs + ops.matmul(hidden, recurrent) + context),)


class AttentiveGRU(keras.layers.Layer):
    """A gated unit that looks at a memory before each step (Bahdanau et al. 2015, appendix A).

    The candidate is tanh(W e(y) + U (r * s) + C c).

    Args: as `AttentiveLSTM`.

    Call arguments:
        inputs: float [B, T, F], embedded target tokens.
        memory: `AttendedMemory`, from `prepare`.
        state: tuple of one float [B, D], before the first step.

    Returns:
        the states s_{i-1} before each step [B, T, D], which the paper's output reads; contexts
        [B, T, M] and attention weights [B, T, S].
    """

    def __init__(self, units, attention_units, memory_units, input_units, **kwargs):
        super().__init__(**kwargs)
        self.units, self.memory_units, self.input_units = units, memory_units, input_units
        dtype = self.dtype_policy
        self.kernel = keras.layers.Dense(3 * units, name="kernel", dtype=dtype)
        self.attention = AdditiveAttention(
            attention_units, units, memory_units, name="attention", dtype=dtype
        )

    def build(self, input_shape=None):
        self.kernel.build((None, self.input_units))
        self.attention.build()
        self.context = self.add_weight(name="context", shape=(self.memory_units, 3 * self.units))
        self.recurrent = self.add_weight(
            name="recurrent", shape=(self.units, 3 * self.units), initializer="orthogonal"
        )
        self.built = True

    def prepare(self, memory):
        """`Memory` -> `AttendedMemory`, computed once per source."""
        if not self.built:  # the memory is prepared before the layer is first called
            self.build()
        return self.attention.prepare(memory)

    def shared(self, memory):
        """What all steps share: the memory, and the loop's weights in the compute dtype."""
        weights = [ops.cast(w, self.compute_dtype) for w in (self.context, self.recurrent)]
        return *memory, *self.attention.weights_for_loop(), *weights

    def call(self, inputs, memory=None, state=None):
        def step(gates, state, shared):
            hidden, context, weights = attentive_step(gates[:, None], state[0][:, None], shared)
            return hidden[:, 0], context[:, 0], weights[:, 0]

        gates = ops.transpose(self.kernel(inputs), (1, 0, 2))  # [T, B, 3D]
        states = memory.states
        first = (*state, ops.zeros_like(states[:, 0]), ops.zeros_like(states[:, :, 0]))
        hidden, contexts, attention = recurrent_loop(step, gates, first, self.shared(memory))
        before = ops.concatenate([state[0][None], hidden[:-1]], 0)
        return tuple(ops.transpose(x, (1, 0, 2)) for x in (before, contexts, attention))

    def step(self, inputs, memory, state):
        """As `AttentiveLSTM.step`, with the state before the step in place of that after it."""
        shared = self.shared(memory)
        hidden, context, weights = attentive_step(self.kernel(inputs), state[0], shared)
        return state[0], context, weights, (hidden,)


def attentive_step(gates, hidden, shared):
    """(s_i, c_i, alpha_i) of W e(y) + b, s_{i-1} [B, K, D] and what `AttentiveGRU.shared` gives."""
    states, keys, bias, query, score, kernel, recurrent = shared
    units = hidden.shape[-1]
    context, attention = additive_attend(hidden, states, keys, bias, query, score)
    gates, candidate = ops.split(gates + ops.matmul(context, kernel), [2 * units], -1)
    gates = ops.sigmoid(gates + ops.matmul(hidden, recurrent[:, : 2 * units]))
    z, r = ops.split(gates, 2, -1)
    candidate = ops.tanh(candidate + ops.matmul(r * hidden, recurrent[:, 2 * units :]))
    return z * hidden + (1 - z) * candidate, context, attention
