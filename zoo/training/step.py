"""The training step, compiled once a batch shape."""

import functools

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
        self.model, self.optimizer, self.updates = model, optimizer, updates
        self.objective, weights = Objective(model, recipe), model.trainable_variables
        build_optimizer(optimizer, weights)
        self.sums = []
        if recipe.accumulate > 1:
            self.sums = [keras.Variable(tf.zeros(shape), trainable=False, dtype="float32", name=f"sum_{i}")
                         for i, shape in enumerate([*(v.shape for v in weights), ()])]
        self.variables = model.variables + optimizer.variables + [self.objective.seed.state] + self.sums
        self._functions = {update: tf.function(functools.partial(self.batch, update=update), jit_compile=recipe.compiled)
                           for update in (True, False)}

    def __call__(self, source, target, update=True):
        return self._functions[bool(update)](source, target)

    def batch(self, source, target, update):
        """The step, eagerly."""
        weights, optimizer = self.model.trainable_variables, self.optimizer
        progress = tf.cast(optimizer.iterations, "float32") / self.updates
        with tf.GradientTape() as tape:
            minimised, total, tokens = self.objective(source, target, progress)
            loss = minimised if self.sums else minimised / tf.maximum(tokens, 1.0)
            loss = optimizer.scale_loss(loss)
        gradients = tape.gradient(loss, weights)
        if self.sums:
            for held, new in zip(self.sums, [*gradients, tokens]):
                held.assign_add(tf.convert_to_tensor(new))
            count = tf.maximum(self.sums[-1].value, 1.0)
            gradients = [held / count for held in self.sums[:-1]]
        if update:
            optimizer.apply(gradients, weights)
            for held in self.sums:
                held.assign(tf.zeros_like(held))
        return total, tokens
