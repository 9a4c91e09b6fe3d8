"""Luong's multiplicative attention, global or local (Luong et al. 2015, sections 3.1 and 3.2)."""

from typing import Any, NamedTuple

import keras
from keras import ops

from zoo.layers.attention import MASKED


class LuongMemory(NamedTuple):
    """A memory with what attention computes from it once per source.

    Attributes:
        states, keys: float [B, S, D].
        bias: float32 [B, S], 0 at real tokens and very negative at padding.
        length: float32 [B, 1], real tokens of each source.
    """

    states: Any
    keys: Any
    bias: Any
    length: Any


class LuongAttention(keras.layers.Layer):
    """Attention of a decoder's new states, and the attentional vector h~ = tanh(W_c [c; h]).

    Args:
        units: int, D, width of memory, states and attentional vectors.
        score: str, "dot", "general" or "concat".
        half_width: int or None, positions on either side of the predicted one; None looks
            everywhere.
        **kwargs: `name` and `dtype` of the layer.
    """

    def __init__(self, units, score, half_width, **kwargs):
        super().__init__(autocast=False, **kwargs)  # bfloat16 cannot hold a source's length
        self.units, self.score, self.half_width = units, score, half_width
        self.key_projection = None
        if score != "dot":
            self.key_projection = keras.layers.Dense(
                units, use_bias=score == "concat", name="keys", dtype=self.dtype_policy
            )

    def build(self, input_shape=None):
        shapes = {"combine": (2 * self.units, self.units)}
        if self.key_projection is not None:
            self.key_projection.build((None, None, self.units))
        if self.score == "concat":
            shapes |= {"query": (self.units, self.units), "score": (self.units, 1)}
        if self.half_width:
            shapes |= {"position": (self.units, self.units), "position_score": (self.units, 1)}
        self.matrices = {
            name: self.add_weight(name=name, shape=shape) for name, shape in shapes.items()
        }
        self.built = True

    def prepare(self, memory):
        """`Memory` -> `LuongMemory`."""
        if not self.built:  # the keys are computed before the layer is first called
            self.build()
        states = memory.states
        keys = states if self.key_projection is None else self.key_projection(states)
        length = ops.sum(ops.cast(memory.mask, "float32"), -1, keepdims=True)
        return LuongMemory(states, keys, ops.where(memory.mask, 0.0, MASKED), length)

    def weights_for_loop(self):
        """The matrices by name, in the compute dtype."""
        return {name: ops.cast(w, self.compute_dtype) for name, w in self.matrices.items()}

    def attend(self, hidden, memory, matrices):
        """Attention on plain tensors.

        Args:
            hidden: float [B, K, D].
            memory: `LuongMemory`.
            matrices: from `weights_for_loop`.

        Returns:
            attentional vectors [B, K, D] and attention weights [B, K, S]. The weights of a local
            window do not sum to 1.
        """
        scores = self.scores(hidden, memory, matrices)
        if self.half_width:
            distance = self.distance(hidden, memory, matrices)
            weights = ops.softmax(
                scores + ops.where(ops.abs(distance) <= self.half_width, 0.0, MASKED)
            )
            # A Gaussian around the predicted position, of deviation D / 2.
            weights = weights * ops.exp(-2 * ops.square(distance / self.half_width))
        else:
            weights = ops.softmax(scores)
        weights = ops.cast(weights, memory.states.dtype)
        context = ops.matmul(weights, memory.states)  # c_t, [B, K, D]
        joined = ops.concatenate([context, hidden], -1)
        return ops.tanh(ops.matmul(joined, matrices["combine"])), weights

    def scores(self, hidden, memory, matrices):
        """float32 [B, K, S], very negative at padding."""
        if self.score == "concat":
            queries = ops.matmul(hidden, matrices["query"])[:, :, None]  # [B, K, 1, D]
            inner = ops.tanh(queries + memory.keys[:, None])
            scores = ops.matmul(inner, matrices["score"])[..., 0]  # [B, K, S]
        else:
            scores = ops.matmul(hidden, ops.transpose(memory.keys, (0, 2, 1)))
        return ops.cast(scores, "float32") + memory.bias[:, None]

    def distance(self, hidden, memory, matrices):
        """Source position minus the predicted one, p_t = S sigmoid(...): float32 [B, K, S]."""
        inner = ops.tanh(ops.matmul(hidden, matrices["position"]))
        share = ops.cast(ops.matmul(inner, matrices["position_score"]), "float32")
        centre = ops.sigmoid(share) * memory.length[:, None]  # [B, K, 1]
        return ops.arange(ops.shape(memory.keys)[1], dtype="float32") - centre
