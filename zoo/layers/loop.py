"""A recurrent loop around any step, with a custom gradient.

It runs eagerly, in a graph of unknown lengths, and under XLA. `ops.scan` runs everywhere, but its
gradient does not compile under XLA, and `ops.slice_update` has none. The loop here keeps only the
state of every step. Its backward loop runs each step a second time, and `pullback` differentiates
it. That costs one more forward step than a gradient written by hand (`zoo.layers.attentive_lstm`),
and no formula has to be derived.
"""

import tensorflow as tf
from keras import ops, tree

from zoo.layers.portable import with_gradient, write


def recurrent_loop(step, inputs, state, shared):
    """state_t = step(inputs_t, state_{t-1}, shared) for t = 1 .. T. Outputs are part of the state.

    Args:
        step: function from float [B, F], the state and `shared` to the next state. It sees weights
            and other tensors only through `shared`: what it closes over gets no gradient.
        inputs: float [T, B, F].
        state: pytree of float [B, ...], before the first step. Every step keeps its shapes and
            types.
        shared: pytree of float tensors that are the same in all steps, such as weights and memory.

    Returns:
        pytree of [T, B, ...], the state after every step.
    """
    leaves = len(tree.flatten(state))

    def flat_step(x, now, common):
        packed = tree.pack_sequence_as(state, list(now))
        after = step(x, packed, tree.pack_sequence_as(shared, list(common)))
        return tuple(same_shape(a, b) for a, b in zip(tree.flatten(after), now))

    @with_gradient
    def run(inputs, *tensors):
        first, common = tensors[:leaves], tensors[leaves:]
        steps = ops.shape(inputs)[0]

        def forward(t, now, kept):
            now = flat_step(ops.take(inputs, t, axis=0), now, common)
            return t + 1, now, tuple(write(buffer, t, x) for buffer, x in zip(kept, now))

        empty = tuple(ops.zeros((steps, *ops.shape(x)), x.dtype) for x in first)
        zero = ops.convert_to_tensor(0, "int32")
        start = (zero, first, empty)
        _, _, kept = ops.while_loop(lambda t, *_: t < steps, forward, start)

        def gradient(*upstream):
            before = tuple(
                ops.concatenate([x[None], after[:-1]], 0) for x, after in zip(first, kept)
            )

            def at(buffers, t):
                return tuple(ops.take(x, t, axis=0) for x in buffers)

            def one_step(x, *rest):
                return flat_step(x, rest[:leaves], rest[leaves:])

            def backward(n, d_state, d_inputs, d_common):
                t = steps - 1 - n
                d_state = tuple(d + now for d, now in zip(d_state, at(upstream, t)))
                arguments = (ops.take(inputs, t, axis=0), *at(before, t), *common)
                dx, *d = pullback(one_step, arguments, d_state)
                d_state = tuple(same_shape(new, old) for new, old in zip(d, d_state))
                # In float32, since a sum of many small gradients stands still in bfloat16.
                d_common = tuple(
                    total + ops.cast(new, "float32") for total, new in zip(d_common, d[leaves:])
                )
                return n + 1, d_state, write(d_inputs, t, dx), d_common

            no_state = tuple(ops.zeros_like(x) for x in first)
            no_common = tuple(ops.zeros_like(x, dtype="float32") for x in common)
            # It counts up, as in `zoo.layers.lstm`.
            start = (zero, no_state, ops.zeros_like(inputs), no_common)
            _, d_first, d_inputs, d_common = ops.while_loop(
                lambda n, *_: n < steps, backward, start
            )
            return d_inputs, *d_first, *(ops.cast(d, x.dtype) for d, x in zip(d_common, common))

        return kept, gradient

    flat = run(inputs, *tree.flatten(state), *tree.flatten(shared))
    return tree.pack_sequence_as(state, list(flat))


def pullback(function, arguments, upstream):
    """The gradient of `function(*arguments)`, a tuple, by every argument.

    Only this function of the layers names TensorFlow: Keras cannot take a gradient inside a
    compiled loop.

    Args:
        function: of tensors to a tuple of tensors.
        arguments: its arguments.
        upstream: the gradients by its results.
    """
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(arguments)
        results = function(*arguments)
    zero = tf.UnconnectedGradients.ZERO
    return tape.gradient(results, arguments, upstream, unconnected_gradients=zero)


def same_shape(x, like):
    """`x` with the static shape of `like`, which a loop's state has to keep."""
    return ops.reshape(x, ops.shape(like)) if x.shape != like.shape else x
