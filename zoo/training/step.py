"""The training step: gradients, compiled once per batch shape, and the update, compiled once."""

import keras
import tensorflow as tf

from zoo.backend import explained_memory
from zoo.frames import source_like
from zoo.training.objective import Objective
from zoo.training.optimizer import build_optimizer
from zoo.training.update import is_plain_adam, update_weights


class Step:
    """One batch forward and backward, and after every `recipe.accumulate` batches an update.

    The gradient of an update is that of the sum over the real tokens of all its batches, divided by
    their number.

    Args:
        model: built `Seq2Seq`.
        optimizer: of `make_optimizer`; it is built here.
        recipe: `Recipe`.
        updates: int, updates of a whole training.

    Attributes:
        variables: list of Keras variables, all that a checkpoint must hold: of model, optimizer,
            sampling and accumulation.

    Call arguments:
        source: int [B, S], or `Frames`.
        target: int [B, T], 0 at padding.
        update: bool, whether this batch ends an update.

    Returns:
        Cross-entropy summed over real target tokens, and their number: float32 scalars.

    Raises:
        ZooError: there is too little memory for the batch.
    """

    def __init__(self, model, optimizer, recipe, updates):
        self.model = model
        self.optimizer = optimizer
        self.recipe = recipe
        self.updates = updates
        self.weights = model.trainable_variables
        self.objective = Objective(model, recipe)
        build_optimizer(optimizer, self.weights)
        self.sums = []
        if recipe.accumulate > 1:
            self.sums = [
                keras.Variable(tf.zeros(shape), trainable=False, dtype="float32", name=f"sum_{i}")
                for i, shape in enumerate([*(v.shape for v in self.weights), ()])
            ]
        self.variables = [
            *model.variables,
            *optimizer.variables,
            self.objective.seed.state,
            *self.sums,
        ]
        # Traced once for batches of any shape, which XLA then compiles for each.
        self._gradients = self.compiled(
            self.gradients,
            input_signature=[
                source_like(tf.TensorSpec, (None, None), model.source_features),
                tf.TensorSpec((None, None), "int32"),
            ],
        )
        self._add = self.compiled(self.add)
        self._update = self.compiled(self.update)

    def __call__(self, source, target, update=True):
        with explained_memory(
            f"out of memory at a batch of {len(target)} pairs of {source.shape[1]} source and "
            f"{target.shape[1]} target tokens; lower --tokens, which is {self.recipe.tokens}"
        ):
            return self.run(source, target, update)

    def run(self, source, target, update):
        """What a call does, without a message about memory."""
        *gradients, total, tokens = self._gradients(source, target)
        if self.sums:
            self._add([*gradients, tokens])
        if update:
            self._update(gradients, tokens)
        return total, tokens

    def compiled(self, function, **options):
        """`function` as the recipe compiles it; `options` go to `tf.function`."""
        return tf.function(function, jit_compile=self.recipe.compiled, autograph=False, **options)

    def gradients(self, source, target):
        """Gradients of what is minimised, its cross-entropy, and the number of real tokens.

        All are summed over tokens and come in one list of tensors.
        """
        progress = tf.cast(self.optimizer.iterations, "float32") / self.updates
        with tf.GradientTape() as tape:
            minimised, total, tokens = self.objective(source, target, progress)
            minimised = self.optimizer.scale_loss(minimised)
        found = tape.gradient(minimised, self.weights)
        # Dense, or clipping would not add up what repeated tokens give to a row of an embedding.
        return [*map(tf.convert_to_tensor, found), total, tokens]

    def add(self, found):
        """Adds the gradients of a batch and the number of its tokens to those before."""
        for held, new in zip(self.sums, found):
            held.assign_add(new)

    def update(self, gradients, tokens):
        """Updates the weights by the gradients of all batches since the last update."""
        if self.sums:
            *gradients, tokens = (held.value for held in self.sums)
        gradients = [x / tf.maximum(tokens, 1.0) for x in gradients]
        if is_plain_adam(self.optimizer, self.weights):
            update_weights(self.optimizer, gradients, self.weights)
        else:
            self.optimizer.apply(gradients, self.weights)
        for held in self.sums:
            held.assign(tf.zeros_like(held))
