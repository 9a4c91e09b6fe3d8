"""Weights laid out before a loop are used inside the context and nowhere else."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.layers.attention import MultiHeadAttention
from zoo.layers.hoisting import Hoistable, hoisted


@pytest.fixture(scope="module")
def model():
    class Model(keras.Model):
        def __init__(self):
            super().__init__()
            self.joined = MultiHeadAttention(4, 2, joined=True)
            self.single = MultiHeadAttention(4, 2)

        def call(self, x):
            return self.joined.project(x)[0]

    built = Model()
    built.joined.build(None), built.single.build(None)
    return built


def test_nothing_is_hoisted_outside_of_the_context(model):
    assert model.joined.hoisted is None
    with hoisted(model):
        kernel, bias = model.joined.hoisted
        assert kernel.shape == (4, 12) and bias.shape == (12,)
        assert model.single.hoisted is None  # it gains nothing
    assert model.joined.hoisted is None


def test_an_error_in_the_context_ends_it(model):
    with pytest.raises(RuntimeError), hoisted(model):
        raise RuntimeError
    assert model.joined.hoisted is None


def test_one_product_gives_the_queries_keys_and_values_of_three(model):
    x = tf.constant(np.random.default_rng(0).normal(size=(2, 3, 4)), "float32")
    expected = tf.nest.flatten(model.joined.project(x))
    with hoisted(model):
        found = tf.nest.flatten(model.joined.project(x))
    for a, b in zip(found, expected):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_a_layer_must_say_what_it_hoists():
    with pytest.raises(NotImplementedError, match="must define hoist"):
        Hoistable().hoist()
