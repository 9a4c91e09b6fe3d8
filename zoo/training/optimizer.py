"""The optimizer of a recipe: schedule, clipping, weight decay, moving average and loss scale."""

import math

import keras

from zoo.training.schedule import WarmupDecay


def make_optimizer(recipe, updates, rate=None, clip=True):
    """The optimizer of a `Recipe`, not built yet.

    Args:
        recipe: `Recipe`.
        updates: int, updates of a whole training.
        rate: float or Keras schedule, in place of the recipe's.
        clip: bool, whether the optimizer clips gradients itself.

    Returns:
        `keras.optimizers.Optimizer`. Build it with `build_optimizer`, which excludes weights of
        fewer than two axes from weight decay: biases and the scales of normalisation.
    """
    if rate is None:
        warmup_steps = math.ceil(recipe.warmup * updates)
        rate = WarmupDecay(recipe.learning_rate, warmup_steps, updates, recipe.decay)
    options = {
        "global_clipnorm": recipe.clip_norm if clip else None,
        "weight_decay": recipe.weight_decay or None,
    }
    if recipe.moving_average:
        options |= {"use_ema": True, "ema_momentum": recipe.moving_average}
    if recipe.optimizer == "adafactor":
        optimizer = keras.optimizers.Adafactor(rate, relative_step=False, **options)
    elif recipe.optimizer == "sgd":
        nesterov = recipe.momentum > 0
        optimizer = keras.optimizers.SGD(rate, recipe.momentum, nesterov, **options)
    else:
        # Keras' Adam decays weights as its AdamW does, which takes no decay of None.
        optimizer = keras.optimizers.Adam(rate, beta_2=recipe.beta_2, epsilon=1e-9, **options)
    if recipe.precision == "mixed_float16":
        return keras.optimizers.LossScaleOptimizer(optimizer)
    return optimizer


def build_optimizer(optimizer, variables):
    """Makes the optimizer's variables for a model's trainable variables."""
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    inner.exclude_from_weight_decay(var_list=[v for v in variables if len(v.shape) < 2])
    optimizer.build(variables)
