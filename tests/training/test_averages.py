"""Averages of weights are what is validated and kept."""

import keras
import numpy as np
import pytest

import zoo
from tests.small_training import recipe, train
from tests.training.test_step import values
from zoo.errors import ZooError
from zoo.training.averages import Averages


def test_the_moving_average_is_what_is_kept(task, tmp_path):
    seen = []

    class Watch(keras.callbacks.Callback):
        """Keeps the weights after each step."""

        def on_train_batch_end(self, batch, logs=None):
            seen.append(values(self.model.trainable_variables))

    run = train(task, tmp_path / "run", epochs=1, moving_average=0.8, callbacks=[Watch()])
    expected = seen[0]
    for weights in seen[1:]:
        expected = [0.8 * old + 0.2 * new for old, new in zip(expected, weights)]
    for found, value in zip(values(zoo.Run(run.folder).model.trainable_variables), expected):
        np.testing.assert_allclose(found, value, rtol=1e-4, atol=1e-6)


def test_before_the_first_update_the_weights_are_the_models_own(task, tmp_path):
    """The moving averages begin at zero, and would be kept where no later score is better."""
    changes = dict(moving_average=0.9, accumulate=50, validations=3)
    run = train(task, tmp_path / "run", epochs=1, **changes)
    assert any(np.abs(value).max() > 0 for value in values(run.model.trainable_variables))


def test_the_mean_of_the_last_epochs_is_what_is_kept(task, tmp_path, monkeypatch):
    seen = []

    class Watch(keras.callbacks.Callback):
        """Keeps the weights after each epoch, from which training continues, not from the mean."""

        def on_epoch_end(self, epoch, logs=None):
            seen.append(values(self.model.trainable_variables))

    rising = lambda *_: {
        "validation_exact_match": float(len(seen))
    }  # so that the last epoch is the best
    monkeypatch.setattr("zoo.training.loop.validate", rising)
    run = train(task, tmp_path / "run", epochs=3, average=2, callbacks=[Watch()])
    for found, one, two in zip(values(zoo.Run(run.folder).model.trainable_variables), *seen[1:]):
        np.testing.assert_allclose(found, (one + two) / 2, rtol=1e-6)
    assert sorted(path.name for path in run.epochs.iterdir()) == [
        "epoch_00002.npz",
        "epoch_00003.npz",
    ]


def test_weights_that_are_gone_or_broken_are_named(tmp_path):
    averages = Averages(None, None, recipe(average=3), tmp_path / "epochs")
    first, second = [np.array([1.0, 3.0])], [np.array([3.0, 5.0])]
    assert averages.mean_of_last(first, 0)[0].tolist() == [1.0, 3.0]
    assert averages.mean_of_last(second, 1)[0].tolist() == [2.0, 4.0]
    averages.file(0).write_bytes(averages.file(0).read_bytes()[:50])
    with pytest.raises(ZooError, match="epoch_00001.npz is gone or broken .* --overwrite"):
        averages.mean_of_last(second, 1)
    averages.file(0).unlink()
    with pytest.raises(ZooError, match="epoch_00001.npz is gone or broken .* --overwrite"):
        averages.mean_of_last(second, 1)
