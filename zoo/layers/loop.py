"""A recurrent loop around any step, with a gradient of its own: eager, in a graph of unknown
lengths, and under XLA.

`ops.scan` runs everywhere, but its gradient does not compile under XLA, and `ops.slice_update` has
none. The loop here keeps the state of every step and nothing else; its backward loop runs each step
a second time, and `pullback` differentiates it. That is one more forward step than a gradient
written by hand (`zoo.layers.additive_attention`), and no formula to get wrong.
"""

import tensorflow as tf
from keras import ops, tree

from zoo.layers.lstm import write


def recurrent_loop(step, inputs, state, shared):
    """state_t = step(inputs_t, state_{t-1}, shared) for t = 1 .. T. What a step puts out is a part
    of its state.

    Args:
        step: function of tensors (float [B, F], pytree of [B, ...], pytree) to the next state. It
            sees weights and other tensors only through `shared`: what it closes over gets no
            gradient.
        inputs: float [T, B, F].
        state: pytree of float [B, ...], before the first step; every step keeps its shapes and
            types.
        shared: pytree of float tensors that are the same in all steps, such as weights and memory.

    Returns:
        pytree of [T, B, ...], the state after every step.
    """
    leaves, pack = len(tree.flatten(state)), tree.pack_sequence_as

    def flat_step(x, now, common):
        after = tree.flatten(step(x, pack(state, list(now)), pack(shared, list(common))))
        return tuple(same_shape(a, b) for a, b in zip(after, now))

    @ops.custom_gradient
    def run(inputs, *tensors):
        first, common = tensors[:leaves], tensors[leaves:]
        steps = ops.shape(inputs)[0]

        def forward(t, now, kept):
            now = flat_step(ops.take(inputs, t, axis=0), now, common)
            return t + 1, now, tuple(write(buffer, t, x) for buffer, x in zip(kept, now))

        empty = tuple(ops.zeros((steps, *ops.shape(x)), x.dtype) for x in first)
        _, _, kept = ops.while_loop(
            lambda t, *_: t < steps, forward, (ops.convert_to_tensor(0, "int32"), first, empty)
        )

        def gradient(*upstream):
            before = tuple(
                ops.concatenate([x[None], after[:-1]], 0) for x, after in zip(first, kept)
            )
            at = lambda buffers, t: tuple(ops.take(x, t, axis=0) for x in buffers)

            def backward(t, d_state, d_inputs, d_common):
                d_state = tuple(d + now for d, now in zip(d_state, at(upstream, t)))
                dx, *d = pullback(
                    lambda x, *rest: flat_step(x, rest[:leaves], rest[leaves:]),
                    (ops.take(inputs, t, axis=0), *at(before, t), *common),
                    d_state,
                )
                d_state = tuple(same_shape(new, old) for new, old in zip(d, d_state))
                d_common = tuple(
                    total + ops.cast(new, "float32") for total, new in zip(d_common, d[leaves:])
                )
                return t - 1, d_state, write(d_inputs, t, dx), d_common

            zeros = lambda tensors, dtype=None: tuple(
                ops.zeros_like(x, dtype=dtype) for x in tensors
            )
            start = (
                ops.convert_to_tensor(steps - 1, "int32"),
                zeros(first),
                ops.zeros_like(inputs),
                zeros(common, "float32"),
            )
            _, d_first, d_inputs, d_common = ops.while_loop(lambda t, *_: t >= 0, backward, start)
            return d_inputs, *d_first, *(ops.cast(d, x.dtype) for d, x in zip(d_common, common))

        return kept, gradient

    return pack(state, list(run(inputs, *tree.flatten(state), *tree.flatten(shared))))


def pullback(function, arguments, upstream):
    """The gradient of `function(*arguments)`, a tuple, by every argument, given that by its
    results.

    The one place in the layers that names TensorFlow: Keras has no gradient of its own, and a loop
    that compiles has to take one inside its body.
    """
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(arguments)
        results = function(*arguments)
    return tape.gradient(
        results, arguments, upstream, unconnected_gradients=tf.UnconnectedGradients.ZERO
    )


def same_shape(x, like):
    """`x` with the static shape of `like`, which a loop's state has to keep."""
    return ops.reshape(x, ops.shape(like)) if x.shape != like.shape else x
