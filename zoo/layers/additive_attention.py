"""Bahdanau's additive attention (Bahdanau et al. 2015, section 3.1 and appendix A.1.2)."""

import keras
from keras import ops

from zoo.layers.attention import MASKED, AttendedMemory


class AdditiveAttention(keras.layers.Layer):
    """e_ij = v^T tanh(W s_i + U h_j), alpha_i = softmax(e_i), c_i = sum_j alpha_ij h_j.

    U h_j does not depend on i, so `prepare` computes it once per source. A units of attention, D of
    the decoder's state, M of the memory.

    Args:
        units: int, A.
        state_units: int, D.
        memory_units: int, M.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        hidden: float [B, K, D], states that attend to the memory.
        memory: `AttendedMemory` from `prepare`.

    Returns:
        contexts [B, K, M] and attention weights [B, K, S].
    """

    def __init__(self, units, state_units, memory_units, **kwargs):
        super().__init__(**kwargs)
        self.units, self.state_units, self.memory_units = units, state_units, memory_units
        self.key_projection = keras.layers.Dense(units, name="keys", dtype=self.dtype_policy)

    def build(self, input_shape=None):
        self.key_projection.build((None, None, self.memory_units))
        self.query = self.add_weight(name="query", shape=(self.state_units, self.units))
        deviation = keras.initializers.RandomNormal(stddev=self.units**-0.5)
        self.score = self.add_weight(name="score", shape=(self.units,), initializer=deviation)
        self.built = True

    def prepare(self, memory):
        """`Memory` -> `AttendedMemory`."""
        if not self.built:  # the keys are computed before the layer is first called
            self.build()
        keys = self.key_projection(memory.states)
        return AttendedMemory(memory.states, keys, ops.where(memory.mask, 0.0, MASKED))

    def weights_for_loop(self):
        """W [D, A] and v [A] in the compute dtype."""
        return ops.cast(self.query, self.compute_dtype), ops.cast(self.score, self.compute_dtype)

    def call(self, hidden, memory):
        return additive_attend(hidden, *memory, *self.weights_for_loop())


def additive_attend(hidden, states, keys, bias, query, score):
    """`AdditiveAttention` on plain tensors: contexts [B, K, M], weights [B, K, S]."""
    weights = ops.cast(additive_weights(hidden, keys, bias, query, score), states.dtype)
    return ops.matmul(weights, states), weights


def additive_weights(hidden, keys, bias, query, score):
    """The weights of `AdditiveAttention`, float32 [B, K, S]."""
    queries = ops.matmul(hidden, query)[:, :, None]  # [B, K, 1, A]
    scores = ops.sum(ops.tanh(keys[:, None] + queries) * score, -1)  # [B, K, S]
    return ops.softmax(ops.cast(scores, "float32") + ops.cast(bias, "float32")[:, None])
