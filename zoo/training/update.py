"""Adam's update of all weights, with little to trace.

Keras traces some twenty operations for every variable. Here the arithmetic of one variable is
traced once, for arrays of any shape, and called for each. The numbers are those of
`keras.optimizers.Adam.apply` to the bit, compiled or not. One update of the concatenated variables
would not keep them: XLA then contracts other products and sums. It compiles and runs more slowly.
"""

import functools

import keras
import tensorflow as tf


def is_plain_adam(optimizer, variables):
    """Whether `update_weights` can replace `optimizer.apply`.

    It can for Adam on float32 variables, with or without weight decay, and without anything else
    that Keras' optimizers can do: moving averages, loss scales, AMSGrad, accumulation, clipping or
    constraints.
    """
    return (
        type(optimizer) is keras.optimizers.Adam
        and not (optimizer.use_ema or optimizer.amsgrad)
        and not (optimizer.clipnorm or optimizer.clipvalue)
        and not (optimizer.gradient_accumulation_steps or optimizer.loss_scale_factor)
        and all(v.dtype == "float32" and v.constraint is None for v in variables)
    )


def update_weights(optimizer, gradients, variables):
    """Does what `optimizer.apply(gradients, variables)` does. Call it inside a `tf.function`.

    Args:
        optimizer: built `keras.optimizers.Adam`, for which `is_plain_adam` holds.
        gradients: list of float32 tensors.
        variables: list of the Keras variables that the optimizer was built for.
    """
    rate = tf.cast(optimizer.learning_rate, "float32")
    step = tf.cast(optimizer.iterations.value + 1, "float32")
    correction_1 = 1 - tf.pow(optimizer.beta_1, step)
    correction_2 = 1 - tf.pow(optimizer.beta_2, step)
    alpha = rate * tf.sqrt(correction_2) / correction_1
    scale = clipping(gradients, optimizer.global_clipnorm)
    scalars = [
        tf.convert_to_tensor(x, "float32")
        for x in (scale, alpha, 1 - optimizer.beta_1, 1 - optimizer.beta_2, optimizer.epsilon)
    ]
    decay = [tf.convert_to_tensor(optimizer.weight_decay or 0.0, "float32"), rate]
    moved, moved_and_decayed = traced(move, 9), traced(decay_and_move, 11)
    for number, (gradient, variable) in enumerate(zip(gradients, variables)):
        momentum, velocity = optimizer._momentums[number], optimizer._velocities[number]
        arrays = [gradient, variable.value, momentum.value, velocity.value]
        if optimizer.weight_decay and optimizer._use_weight_decay(variable):
            results = moved_and_decayed(*arrays, *scalars, *decay)
        else:
            results = moved(*arrays, *scalars)
        for held, result in zip((variable, momentum, velocity), results):
            held.value.assign(tf.ensure_shape(result, held.shape))
    optimizer.iterations.assign_add(1)


def clipping(gradients, norm):
    """The factor that clips gradients to a global norm, or 1 where `norm` is None."""
    if not norm:
        return 1.0
    squares = [tf.reduce_sum(tf.square(gradient)) for gradient in gradients]
    found = tf.sqrt(tf.reduce_sum(tf.stack(squares)))
    factor = norm * tf.minimum(1.0 / found, 1.0 / norm)
    return factor + (found - found)  # NaN where the norm is not finite


@functools.cache  # all trainings of a process share it, since it holds no variables
def traced(function, count):
    """`function` of `count` float32 tensors, traced once for all shapes."""
    signature = [tf.TensorSpec(None, "float32")] * count
    with tf.init_scope():  # not inside the first caller's graph or device
        return tf.function(function, signature, autograph=False).get_concrete_function()


def move(gradient, weight, momentum, velocity, scale, alpha, rest_1, rest_2, epsilon):
    """Adam for one variable (Kingma and Ba 2015, the formula before section 2.1).

    Args:
        gradient, weight, momentum, velocity: tensors of one shape.
        scale: scalar, clips the gradient.
        alpha: scalar, the learning rate with the corrections of both moments.
        rest_1, rest_2: scalars, 1 - beta_1 and 1 - beta_2.
        epsilon: scalar.

    Returns:
        The new weight, momentum and velocity.
    """
    gradient = gradient * scale
    momentum = momentum + (gradient - momentum) * rest_1
    velocity = velocity + (tf.square(gradient) - velocity) * rest_2
    return weight - momentum * alpha / (tf.sqrt(velocity) + epsilon), momentum, velocity


def decay_and_move(gradient, weight, *others):
    """`move`, after the weight has decayed; the last two arguments are decay and learning rate."""
    *others, decay, rate = others
    return move(gradient, weight - weight * decay * rate, *others)
