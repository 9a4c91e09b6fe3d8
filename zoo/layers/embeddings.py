"""Token embeddings whose matrix also gives the logits."""

import keras
from keras import ops

from zoo.layers.hoisting import Hoistable

IMPROBABLE = -30.0  # added to the lowest logit: next to no probability, and a small smoothed loss


class OutputEmbedding(keras.layers.ReversibleEmbedding, Hoistable):
    """An embedding with the output projection: one matrix for both, or one each.

    Args:
        *arguments, **options: as of `keras.layers.ReversibleEmbedding`. `tie_weights` makes both
            one matrix.
        output_initializer: Keras initializer of an output matrix of its own; None is
            `embeddings_initializer`.
    """

    def __init__(self, *arguments, output_initializer=None, **options):
        super().__init__(*arguments, **options)
        self.output_initializer = output_initializer or self.embeddings_initializer

    def build(self, input_shape=None):
        keras.layers.Embedding.build(self, input_shape)
        if not self.tie_weights:
            self.reverse_embeddings = self.add_weight(
                name="reverse_embeddings",
                shape=(self.output_dim, self.input_dim),
                initializer=self.output_initializer,
            )

    def hoist(self):
        """The output matrix [D, V], in the order in which a product reads it fastest."""
        matrix = ops.transpose(self.embeddings) if self.tie_weights else self.reverse_embeddings
        return ops.cast(matrix, self.compute_dtype)

    def logits(self, x):
        """Hidden states [B, T, D] -> float32 logits [B, T, V]."""
        if self.hoisted is not None:
            product = ops.matmul(x, self.hoisted)
        elif self.tie_weights and tuple(x.shape[:2]) == (1, 1):
            # XLA would transpose the whole matrix for each single vector.
            column = ops.matmul(ops.cast(self.embeddings, x.dtype), ops.reshape(x, (-1, 1)))
            product = ops.reshape(column, (1, 1, -1))
        else:
            product = self(x, reverse=True)
        return ops.cast(product, "float32")


def without_padding(logits):
    """Gives id 0 a probability of about 0: float32 [..., V] -> [..., V].

    For checkpoints whose vocabulary lacks a padding token, which the zoo adds.
    """
    lowest = ops.stop_gradient(ops.min(logits[..., 1:], axis=-1, keepdims=True))
    return ops.where(ops.arange(logits.shape[-1]) == 0, lowest + IMPROBABLE, logits)
