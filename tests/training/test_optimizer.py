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
