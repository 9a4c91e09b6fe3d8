"""Gradients and learning of every variant."""

import numpy as np
import pytest
import tensorflow as tf

from tests.contract.conftest import ids, shallow
from tests.test_loss import numpy_loss
from zoo.data.batches import Batches, as_dataset, pad, shift_right
from zoo.decoding import Greedy
from zoo.decoding.generate import until_end
from zoo.loss import TokenCrossentropy
from zoo.runs.recipe import Recipe
from zoo.training.optimizer import make_optimizer
from zoo.training.step import Step

# One with a loop and one without; the overfitting test compiles the training of every family.
COMPILED = {"bilstm_bahdanau_nano", "transformer_nano"}


@pytest.fixture
def borrowed(name):
    """A shallow model in float32, to train: its weights are put back."""
    model = shallow(name)
    before = model.get_weights()
    yield model
    model.set_weights(before)
    model.optimizer, model.compiled = None, False


def gradients(model, logits_of, source, target):
    """Gradient of a weighted sum of logits by every trainable variable."""
    weights = np.random.default_rng(1).standard_normal((*target.shape, 1)).astype("float32")
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.sin(logits_of(source, target)) * weights)
    found = tape.gradient(loss, model.trainable_variables)
    return [None if g is None else np.asarray(tf.convert_to_tensor(g), "float64") for g in found]


def test_every_weight_gets_a_gradient(model):
    source, target = ids()
    found = gradients(model, lambda s, t: model((s, t), training=True), source, target)
    silent = [
        v.path
        for v, g in zip(model.trainable_variables, found)
        if g is None or not np.abs(g).max() > 0
    ]
    assert not silent
    assert all(np.isfinite(g).all() for g in found)


def test_gradient_is_the_slope_of_the_loss(small):
    source, target = ids()
    variables = small.trainable_variables
    found = gradients(small, lambda s, t: small((s, t)), source, target)
    weights = np.random.default_rng(1).standard_normal((*target.shape, 1))
    logits = tf.function(lambda: small((source, target)))  # it is called twice a variable
    loss = lambda: float((np.sin(np.asarray(logits(), "float64")) * weights).sum())
    # The loss bends too much over 1e-2; its rounding is below a quarter of what 2e-3 may be off.
    rng, step = np.random.default_rng(2), 2e-3
    for variable, gradient in zip(variables, found):
        value, direction = np.asarray(variable), rng.standard_normal(variable.shape)
        direction *= step / np.linalg.norm(direction)
        variable.assign(value + direction)
        above = loss()
        variable.assign(value - direction)
        slope, expected = (above - loss()) / 2, float((gradient * direction).sum())
        variable.assign(value)
        assert abs(slope - expected) <= 0.03 * step * max(1.0, np.linalg.norm(gradient)), (
            variable.path
        )


class CompiledGradients(Step):
    """A step whose update is traced only: tests/training/test_update.py compiles that."""

    def compiled(self, function, **options):
        compiled = function == self.gradients
        return tf.function(function, jit_compile=compiled, autograph=False, **options)


def test_overfits_32_pairs_to_exact_match(borrowed):
    rng = np.random.default_rng(3)
    pairs = [[*map(int, rng.integers(4, 20, rng.integers(2, 4))), 2] for _ in range(32)]
    sources, targets = pairs, [[*ids_[:-1][::-1], 2] for ids_ in pairs]
    model = borrowed
    recipe = Recipe(epochs=1, learning_rate=1e-2, label_smoothing=0.0, warmup=0.1)
    step = CompiledGradients(model, make_optimizer(recipe, 1000), recipe, 1000)
    source, target = pad(sources), pad(targets)
    logits = np.asarray(model((source, shift_right(target))))
    first, _ = numpy_loss(target, logits, 0.0)
    for count in range(1, 1001):
        loss, _ = step(source, target)
        assert count > 1 or float(loss) == pytest.approx(first, rel=1e-5)  # compiled as eager
        # Below ln 2, every token is the most probable; 0.1 leaves room for the last update.
        if count % 20 == 0 and float(loss) < 0.1:
            break
    tokens = np.asarray(Greedy()(model, tf.constant(source), 5).tokens)[:, 0]
    assert [until_end(row, 2) for row in tokens] == [out[:-1] for out in targets]


def test_plain_keras_compile_fit_save_and_load(name, borrowed, tmp_path):
    import keras

    source, target = ids(rows=10)
    batches = Batches(
        [row[row != 0] for row in source],
        [np.append(row[1:], 2) for row in target],
        tokens=128,
        buckets=1,
    )
    model, eager = borrowed, name not in COMPILED
    model.compile(
        optimizer=keras.optimizers.Adam(3e-3), loss=TokenCrossentropy(), run_eagerly=eager
    )
    epochs = 2
    history = model.fit(
        as_dataset(batches, epochs=epochs),
        epochs=epochs,
        steps_per_epoch=batches.steps_per_epoch,
        verbose=0,
    )
    assert history.history["loss"][-1] < history.history["loss"][0]
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded((source, target)), model((source, target)))
