"""The training step: gradients, compiled once a batch shape, and the update that they make, compiled once."""

import keras
import tensorflow as tf

from zoo.training.objective import Objective
from zoo.training.optimizer import build_optimizer


class Step:
    """One batch forward and backward, and after every `recipe.accumulate` batches an update of the weights.

    The gradient of an update is that of the sum over the real tokens of all its batches, divided by their number.

    Args:
        model: built `Seq2Seq`.
        optimizer: of `make_optimizer`; it is built here.
        recipe: `Recipe`.
        updates: int, how many make a whole training.

    Attributes:
        variables: list of Keras variables, all that a checkpoint must hold: of model, optimizer, sampling and accumulation.

    Call arguments:
        source: int [B, S]; target: int [B, T], 0 at padding.
        update: bool, whether this batch ends an update.

    Returns:
        Cross-entropy summed over real target tokens, and their number: float32 scalars.
    """

    def __init__(self, model, optimizer, recipe, updates):
        self.model, self.optimizer, self.recipe, self.updates = model, optimizer, recipe, updates
        self.objective, weights = Objective(model, recipe), model.trainable_variables
        build_optimizer(optimizer, weights)
        self.sums = []
        if recipe.accumulate > 1:
            self.sums = [
                keras.Variable(tf.zeros(shape), trainable=False, dtype="float32", name=f"sum_{i}")
                for i, shape in enumerate([*(v.shape for v in weights), ()])
            ]
        self.variables = (
            model.variables + optimizer.variables + [self.objective.seed.state] + self.sums
        )
        # Traced once for ids of any shape, which XLA then compiles for each.
        self._gradients = self.compiled(
            self.gradients, input_signature=[tf.TensorSpec((None, None), "int32")] * 2
        )
        self._add, self._update = self.compiled(self.add), self.compiled(self.update)

    def __call__(self, source, target, update=True):
        *found, total, tokens = self._gradients(source, target)
        if self.sums:
            self._add([*found, tokens])
        if update:
            self._update(found, tokens)
        return total, tokens

    def compiled(self, function, **given):
        """`function` as the recipe compiles it; `given` goes to `tf.function`."""
        return tf.function(function, jit_compile=self.recipe.compiled, autograph=False, **given)

    def gradients(self, source, target):
        """Gradients of what is minimised, summed over real tokens, its cross-entropy, and their number: list of tensors."""
        progress = tf.cast(self.optimizer.iterations, "float32") / self.updates
        with tf.GradientTape() as tape:
            minimised, total, tokens = self.objective(source, target, progress)
            minimised = self.optimizer.scale_loss(minimised)
        # Dense, or the norm would be taken before the rows of an embedding have summed what repeated tokens give.
        return [
            *map(tf.convert_to_tensor, tape.gradient(minimised, self.model.trainable_variables)),
            total,
            tokens,
        ]

    def add(self, found):
        """Adds the gradients of a batch and the number of its tokens to those before."""
        for held, new in zip(self.sums, found):
            held.assign_add(new)

    def update(self, found, tokens):
        """Changes the weights by the gradients of a batch, or by those of all batches since the last update."""
        if self.sums:
            *found, tokens = (held.value for held in self.sums)
        self.optimizer.apply(
            [x / tf.maximum(tokens, 1.0) for x in found], self.model.trainable_variables
        )
        for held in self.sums:
            held.assign(tf.zeros_like(held))
