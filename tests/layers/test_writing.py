"""What is traced for export computes the same, with operations that other runtimes have."""

import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from zoo.layers.writing import portable, with_gradient, write, write_part


def operations(function, *tensors):
    """The types of all operations that tracing a function leaves."""
    graph = tf.function(function).get_concrete_function(*tensors).graph.as_graph_def()
    return {node.op for node in graph.node} | {
        node.op for function in graph.library.function for node in function.node_def
    }


@pytest.mark.parametrize(
    "function",
    [
        lambda x: write(x, ops.convert_to_tensor(1), ops.ones((3, 4))),
        lambda x: write_part(x, ops.ones((2, 2, 4)), ops.convert_to_tensor(1), axis=1),
        lambda x: write_part(x, ops.ones((2, 3, 1)), ops.convert_to_tensor(3), axis=2),
    ],
)
def test_parts_are_written(function):
    x = tf.reshape(tf.range(24.0), (2, 3, 4))
    assert any("Xla" in name for name in operations(function, x))
    with portable():
        assert not any("Xla" in name for name in operations(function, x))
        found = function(x)
    np.testing.assert_array_equal(found, function(x))
    assert int(ops.sum(found == 1)) > 1


def test_a_gradient_of_ones_own_is_left_out():
    @with_gradient
    def double(x):
        return 2 * x, lambda upstream: 5 * upstream

    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = double(x)
        return float(y), float(tape.gradient(y, x))

    assert slope(tf.constant(3.0)) == (6.0, 5.0)
    with portable():
        assert slope(tf.constant(3.0)) == (6.0, 2.0)
