"""What a training step minimises: cross-entropy, and what a recipe adds to it."""

import keras
from keras import ops

from zoo.data.batches import shift_right
from zoo.errors import ZooError
from zoo.frames import map_source
from zoo.layers.dropout import counter_hash
from zoo.loss import summed_crossentropy
from zoo.seq2seq import PAD_ID

DROPPING = ("rate", "dropout", "recurrent_dropout", "stddev")  # of Keras' layers and the zoo's


def check_r_drop(model, recipe):
    """Raises `ZooError` for R-drop with a model that drops nothing: its two passes are the same."""
    shares = [
        getattr(layer, name, 0)
        for layer in model._flatten_layers()
        if hasattr(layer, "seed_generator")
        for name in DROPPING
    ]
    if recipe.r_drop and not any(isinstance(x, (int, float)) and x > 0 for x in shares):
        raise ZooError(
            "r_drop compares two passes with different dropout, and the model has none; add "
            "--set dropout=0.1"
        )


class Objective:
    """The loss of a batch.

    Args:
        model: `Seq2Seq`.
        recipe: `Recipe`, of which `label_smoothing`, `r_drop` and `scheduled_sampling` matter.

    Attributes:
        seed: `keras.random.SeedGenerator` of scheduled sampling; its state belongs to a checkpoint.

    Call arguments:
        source: int [B, S], or `Frames`; target: int [B, T], 0 at padding.
        progress: float scalar from 0 to 1, how much of the training is done.

    Returns:
        What is minimised, the cross-entropy in it, and the number of real target tokens: float32
        scalars, summed over tokens.
    """

    def __init__(self, model, recipe):
        self.model = model
        self.recipe = recipe
        self.seed = keras.random.SeedGenerator(recipe.seed)

    def __call__(self, source, target, progress):
        target_in = shift_right(target, self.model.start_id)
        if self.recipe.scheduled_sampling:
            share = progress * self.recipe.scheduled_sampling
            target_in = self.with_own_tokens(source, target_in, share)
        if self.recipe.r_drop:
            return self.r_drop(source, target_in, target)
        logits = self.model((source, target_in), training=True)
        total, tokens = summed_crossentropy(target, logits, self.recipe.label_smoothing)
        return total, total, tokens

    def with_own_tokens(self, source, target_in, share):
        """Scheduled sampling: replaces a share of the decoder's input by what the model would say.

        Bengio et al. 2015, https://arxiv.org/abs/1506.03099, in two passes for all positions at
        once, as Mihaylova and Martins 2019 do it for the Transformer
        (https://arxiv.org/abs/1906.07651), with the most probable token.

        Args:
            source: as in a call.
            target_in: int [B, T], the decoder's input. Its first token stays.
            share: float scalar.

        Returns:
            int [B, T].
        """
        logits = ops.stop_gradient(self.model((source, target_in), training=True))
        best = ops.cast(ops.argmax(logits[:, :-1], -1), target_in.dtype)
        own = ops.concatenate([target_in[:, :1], best], 1)
        random = ops.cast(counter_hash(ops.shape(target_in), self.seed.next()), "float32")
        drawn = random < share * 2.0**32
        return ops.where(ops.logical_and(drawn, target_in != PAD_ID), own, target_in)

    def r_drop(self, source, target_in, target):
        """R-drop: two passes drop other units, and their divergence is part of what is minimised.

        Wu et al. 2021, https://arxiv.org/abs/2106.14448, equation 4, halved.
        """
        twice = lambda x: ops.concatenate([x, x], 0)
        inputs = (map_source(twice, source), twice(target_in))
        logits = ops.cast(self.model(inputs, training=True), "float32")
        total, tokens = summed_crossentropy(twice(target), logits, self.recipe.label_smoothing)
        one, other = ops.split(ops.log_softmax(logits), 2)
        apart = ops.sum((ops.exp(one) - ops.exp(other)) * (one - other), -1)  # [B, T], KL both ways
        real = ops.cast(target != PAD_ID, "float32")
        return total / 2 + self.recipe.r_drop / 4 * ops.sum(apart * real), total / 2, tokens / 2
