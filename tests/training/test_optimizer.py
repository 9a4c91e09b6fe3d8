"""The optimizer of a recipe."""

import keras
import numpy as np
import pytest

from tests.small_training import recipe
from tests.training.test_step import make, values
from zoo.runs.recipe import Recipe
from zoo.training.optimizer import build_optimizer, make_optimizer


@pytest.mark.parametrize(
    "name, kind", [("adam", keras.optimizers.Adam), ("adafactor", keras.optimizers.Adafactor)]
)
def test_the_optimizer_follows_the_recipe(name, kind):
    optimizer = make_optimizer(
        Recipe(optimizer=name, learning_rate=0.5, warmup=0.25, decay="constant", clip_norm=3.0), 40
    )
    assert isinstance(optimizer, kind) and optimizer.global_clipnorm == 3.0
    weight = keras.Variable([1.0])
    optimizer.build([weight])
    assert float(optimizer.learning_rate) == pytest.approx(0.05)
    for _ in range(9):
        optimizer.apply([keras.ops.ones(1)], [weight])
    assert float(optimizer.learning_rate) == pytest.approx(0.5)


@pytest.mark.parametrize("decay", [0.0, 0.3])
def test_adamw_is_adam_with_weight_decay(decay):
    """The same bits as Keras' AdamW, and without decay the same as Adam."""
    found = []
    chosen = Recipe(optimizer="adamw", weight_decay=decay, clip_norm=1.0)
    options = dict(beta_2=chosen.beta_2, epsilon=1e-9, global_clipnorm=1.0)
    keras_own = keras.optimizers.AdamW(0.1, weight_decay=decay, **options)
    for optimizer in (make_optimizer(chosen, 40, rate=0.1), keras_own):
        weight = keras.Variable(np.linspace(-2, 2, 6, dtype="float32").reshape(2, 3))
        build_optimizer(optimizer, [weight])
        for size in (0.1, 3.0):
            optimizer.apply([size * keras.ops.ones((2, 3))], [weight])
        found.append(np.asarray(weight))
    np.testing.assert_array_equal(*found)


def test_weight_decay_spares_biases(task):
    model, chosen = (
        make(task),
        recipe(
            optimizer="adamw", weight_decay=0.5, learning_rate=0.1, warmup=0.0, decay="constant"
        ),
    )
    optimizer, weights = make_optimizer(chosen, 1), model.trainable_variables
    build_optimizer(optimizer, weights)
    before = values(weights)
    optimizer.apply([np.zeros(v.shape, "float32") for v in weights], weights)
    assert {len(x.shape) for x in before} == {1, 2}
    for start, after in zip(before, values(weights)):
        np.testing.assert_allclose(after, start * (0.95 if start.ndim > 1 else 1.0), rtol=1e-6)
