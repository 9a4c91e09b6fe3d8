"""The recipe's optimizer, with its schedule, clipping, weight decay, moving average and loss scale."""

import math

import keras

from zoo.training.schedule import WarmupDecay


def make_optimizer(recipe, updates, rate=None, clip=True):
    """The optimizer of a `Recipe`, not built yet.

    Args:
        recipe: `Recipe`.
        updates: int, how many make a whole training.
        rate: a learning rate or a schedule of Keras in place of the recipe's.
        clip: bool, whether it clips gradients itself.

    Returns:
        `keras.optimizers.Optimizer`. Built by `build_optimizer`, its weight decay leaves out what has fewer than two axes:
        biases, and the scales of normalisation.
    """
    if rate is None:
        rate = WarmupDecay(
            recipe.learning_rate, math.ceil(recipe.warmup * updates), updates, recipe.decay
        )
    shared = dict(
        global_clipnorm=recipe.clip_norm if clip else None, weight_decay=recipe.weight_decay or None
    )
    if recipe.moving_average:
        shared |= dict(use_ema=True, ema_momentum=recipe.moving_average)
    if recipe.optimizer == "adafactor":
        optimizer = keras.optimizers.Adafactor(rate, relative_step=False, **shared)
    elif recipe.optimizer == "sgd":
        optimizer = keras.optimizers.SGD(
            rate, momentum=recipe.momentum, nesterov=recipe.momentum > 0, **shared
        )
    elif recipe.optimizer == "adamw":
        optimizer = keras.optimizers.AdamW(rate, beta_2=recipe.beta_2, epsilon=1e-9, **shared)
    else:
        optimizer = keras.optimizers.Adam(rate, beta_2=recipe.beta_2, epsilon=1e-9, **shared)
    return (
        keras.optimizers.LossScaleOptimizer(optimizer)
        if recipe.precision == "mixed_float16"
        else optimizer
    )


def build_optimizer(optimizer, variables):
    """Makes the optimizer's variables for the model's trainable ones."""
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    inner.exclude_from_weight_decay(var_list=[v for v in variables if len(v.shape) < 2])
    optimizer.build(variables)
