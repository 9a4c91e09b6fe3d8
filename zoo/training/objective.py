"""What a training step minimises: cross-entropy, and what a recipe adds to it."""

import keras
from keras import ops

from zoo.layers.dropout import counter_hash
from zoo.loss import summed_crossentropy
from zoo.seq2seq import PAD_ID


class Objective:
    """The loss of a batch.

    Args:
        model: `Seq2Seq`.
        recipe: `Recipe`; `label_smoothing`, `r_drop` and `scheduled_sampling` count.

    Attributes:
        seed: `keras.random.SeedGenerator` of scheduled sampling; its state belongs to a checkpoint.

    Call arguments:
        source: int [B, S]; target: int [B, T], 0 at padding.
        progress: float scalar from 0 to 1, how much of the training is done.

    Returns:
        What is minimised, the cross-entropy in it, and the number of real target tokens: float32 scalars, summed over tokens.
    """

    def __init__(self, model, recipe):
        self.model, self.recipe = model, recipe
        self.seed = keras.random.SeedGenerator(recipe.seed)

    def __call__(self, source, target, progress):
        opened = self.opened(target)
        if self.recipe.scheduled_sampling:
            opened = self.mixed(source, opened, progress * self.recipe.scheduled_sampling)
        if self.recipe.r_drop:
            return self.dropped_twice(source, opened, target)
        total, tokens = summed_crossentropy(
            target, self.model((source, opened), training=True), self.recipe.label_smoothing
        )
        return total, total, tokens

    def opened(self, target):
        """What the decoder reads: the start id, then the target [B, T] without its last id."""
        start = ops.full((ops.shape(target)[0], 1), self.model.start_id, dtype=target.dtype)
        return ops.concatenate([start, target[:, :-1]], 1)

    def mixed(self, source, opened, share):
        """`opened` with a share of its tokens replaced by those that the model itself would have put there.

        Bengio et al. 2015, "Scheduled Sampling" (https://arxiv.org/abs/1506.03099), in two passes for all positions at once, as
        Mihaylova and Martins 2019 do it for the Transformer (https://arxiv.org/abs/1906.07651), with the most probable token.
        """
        logits = ops.stop_gradient(self.model((source, opened), training=True))
        own = ops.concatenate(
            [opened[:, :1], ops.cast(ops.argmax(logits[:, :-1], -1), opened.dtype)], 1
        )
        drawn = (
            ops.cast(counter_hash(ops.shape(opened), self.seed.next()), "float32") < share * 2.0**32
        )
        return ops.where(ops.logical_and(drawn, opened != PAD_ID), own, opened)

    def dropped_twice(self, source, opened, target):
        """R-drop (Wu et al. 2021, https://arxiv.org/abs/2106.14448, equation 4), halved: two passes drop other units."""
        twice = lambda x: ops.concatenate([x, x], 0)
        logits = ops.cast(self.model((twice(source), twice(opened)), training=True), "float32")
        total, tokens = summed_crossentropy(twice(target), logits, self.recipe.label_smoothing)
        one, other = ops.split(ops.log_softmax(logits), 2)
        apart = ops.sum((ops.exp(one) - ops.exp(other)) * (one - other), -1)  # [B, T], KL both ways
        real = ops.cast(target != PAD_ID, "float32")
        return total / 2 + self.recipe.r_drop / 4 * ops.sum(apart * real), total / 2, tokens / 2
