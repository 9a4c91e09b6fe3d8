"""Gated convolutions against their equation in NumPy, and steps against the whole sequence."""

import numpy as np
import pytest
import tensorflow as tf

from zoo.layers.gated_convolution import GatedConvolution, NormalizedDense

BATCH, LENGTH, WIDTH, UNITS, KERNEL = 2, 6, 3, 4, 3


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def dense(layer, x):
    """W x + b of a `NormalizedDense`, column by column."""
    kernel, scale = np.asarray(layer.kernel, "float64"), np.asarray(layer.scale)
    return x @ (kernel * scale / np.linalg.norm(kernel, axis=0)) + np.asarray(layer.bias)


def reference(layer, x):
    """[T, C] -> [T, D] of one sequence."""
    before = KERNEL - 1 if layer.causal else (KERNEL - 1) // 2
    x = np.asarray(x, "float64")
    padded = np.pad(x, ((before, KERNEL - 1 - before), (0, 0)))
    windows = np.stack([padded[i : i + KERNEL].ravel() for i in range(len(x))])
    value, gate = np.split(dense(layer.convolution, windows), 2, -1)
    residual = x if layer.residual is None else dense(layer.residual, x)
    return np.sqrt(0.5) * (value / (1 + np.exp(-gate)) + residual)


@pytest.mark.parametrize("causal, units", [(False, UNITS), (True, UNITS), (True, WIDTH)])
def test_equals_the_equation_within_each_length(causal, units):
    layer, x = GatedConvolution(units, KERNEL, causal), normal(BATCH, LENGTH, WIDTH)
    lengths = [LENGTH, 4]
    mask = np.arange(LENGTH)[None] < np.array(lengths)[:, None]
    layer(x)
    for i, variable in enumerate(layer.trainable_variables):
        variable.assign(normal(*variable.shape, seed=i))
    found = layer(x, mask=mask)
    for row, length in enumerate(lengths):
        expected = reference(layer, x[row, :length])
        np.testing.assert_allclose(found[row, :length], expected, rtol=1e-4, atol=1e-4)


def test_steps_give_what_the_whole_sequence_gives():
    layer, x = GatedConvolution(UNITS, KERNEL, causal=True), tf.constant(normal(2, LENGTH, WIDTH))
    whole, window = layer(x), layer.empty_window(2)
    for t in range(LENGTH):
        found, window = layer.step(x[:, t], window)
        np.testing.assert_allclose(found, whole[:, t], rtol=1e-5, atol=1e-5)


def test_without_normalisation_the_matrix_is_used_as_it_is():
    layer, x = NormalizedDense(UNITS, weight_norm=False), normal(5, WIDTH)
    found = layer(x)
    kernel, bias = layer.get_weights()
    np.testing.assert_allclose(found, x @ kernel + bias, rtol=1e-5, atol=1e-6)
