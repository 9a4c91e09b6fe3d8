"""The traced update is that of Keras, to the bit."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.small_training import recipe
from zoo.training import update
from zoo.training.optimizer import build_optimizer, make_optimizer
from zoo.training.update import is_plain_adam, move, update_weights

SHAPES = ((7, 33), (1001,), (5, 3, 4), (1,))


def run(function, chosen, compiled):
    """Variables of weights and optimizer after three updates, one of which is clipped."""
    rng = np.random.default_rng(0)
    weights = [keras.Variable(rng.standard_normal(shape).astype("float32")) for shape in SHAPES]
    optimizer = make_optimizer(chosen, 10)
    build_optimizer(optimizer, weights)
    assert is_plain_adam(optimizer, weights)
    step = tf.function(
        lambda *gradients: function(optimizer, gradients, weights),
        jit_compile=compiled,
        autograph=False,
    )
    for size in (1e-3, 10.0, 0.1):
        step(*(tf.constant(size * rng.standard_normal(s).astype("float32")) for s in SHAPES))
    assert int(optimizer.iterations) == 3
    return [np.asarray(v) for v in [*weights, *optimizer.variables]]


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize(
    "changes", [{}, {"optimizer": "adamw", "weight_decay": 0.1}, {"beta_2": 0.9, "warmup": 0.0}]
)
def test_adam_is_that_of_keras_to_the_bit(changes, compiled):
    chosen = recipe(**changes)
    expected = run(lambda optimizer, *given: optimizer.apply(*given), chosen, compiled)
    found = run(update_weights, chosen, compiled)
    assert len(found) == len(expected) > 3 * len(SHAPES)
    for one, other in zip(found, expected):
        np.testing.assert_array_equal(one, other)


def test_a_gradient_that_is_not_finite_is_not_hidden_by_clipping():
    weight = keras.Variable(np.ones(3, "float32"))
    optimizer = make_optimizer(recipe(), 10)
    build_optimizer(optimizer, [weight])
    tf.function(lambda g: update_weights(optimizer, [g], [weight]))(tf.constant([1.0, np.inf, 1.0]))
    assert np.isnan(np.asarray(weight)).all()


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer": "sgd"},
        {"optimizer": "adafactor"},
        {"moving_average": 0.9},
        {"precision": "mixed_float16"},
    ],
)
def test_other_recipes_are_left_to_keras(changes):
    weight = keras.Variable(np.ones(3, "float32"))
    optimizer = make_optimizer(recipe(**changes), 10)
    build_optimizer(optimizer, [weight])
    assert not is_plain_adam(optimizer, [weight])


def test_the_update_of_one_variable_is_traced_once_in_a_process(monkeypatch):
    calls = []
    monkeypatch.setattr(update, "move", lambda *arrays: calls.append(1) or move(*arrays))
    for _ in range(2):
        run(update_weights, recipe(), compiled=False)
    assert len(calls) == 1
