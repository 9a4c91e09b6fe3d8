"""What is traced for export computes the same, with operations that other runtimes have."""

import functools

import numpy as np
import pytest
import tensorflow as tf

from zoo.layers.portable import add_at, portable, with_gradient, write, write_part


def operations(function, *tensors):
    """The types of all operations that tracing a function leaves."""
    graph = tf.function(function).get_concrete_function(*tensors).graph.as_graph_def()
    return {node.op for node in graph.node} | {
        node.op for function in graph.library.function for node in function.node_def
    }


@pytest.mark.parametrize(
    "function, at, place",
    [
        (lambda x, part, at: write(x, at, part[0]), 1, np.s_[1:2]),
        (functools.partial(write_part, axis=1), 0, np.s_[:, :2]),
        (functools.partial(write_part, axis=1), 1, np.s_[:, 1:3]),
        (functools.partial(write_part, axis=2), 3, np.s_[:, :, 3:]),
    ],
)
def test_parts_are_written(function, at, place):
    x = tf.reshape(tf.range(24.0), (2, 3, 4))
    expected = np.array(x)
    part = -1 - expected[place]
    expected[place] = part
    given = x, tf.constant(part), tf.constant(at)
    assert any("Xla" in name for name in operations(function, *given))
    np.testing.assert_array_equal(function(*given), expected)
    with portable():
        assert not any("Xla" in name for name in operations(function, *given))
        np.testing.assert_array_equal(function(*given), expected)


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


def test_values_at_the_same_id_are_added():
    ids, values = tf.constant([[2, 0, 2], [1, 1, 1]]), tf.reshape(tf.range(12.0), (2, 2, 3))
    expected = [[[1, 0, 2, 0], [4, 0, 8, 0]], [[0, 21, 0, 0], [0, 30, 0, 0]]]

    def add(ids, values):
        return add_at(ids, values, 4)

    np.testing.assert_array_equal(add(ids, values), expected)
    with portable():  # scattering keeps one of several values elsewhere
        assert "ScatterNd" not in operations(add, ids, values)
        np.testing.assert_array_equal(add(ids, values), expected)
