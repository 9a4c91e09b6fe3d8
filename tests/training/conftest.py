"""The small training that these tests share, its batches, and ways to stop it."""

import signal

import keras
import pytest

from tests.once import make_once
from tests.small_training import *  # noqa: F403
from tests.small_training import train
from zoo.data.batches import Batches


def make_batches(task):
    return Batches(*task.encode("train"), tokens=200, buckets=2, seed=0)


@pytest.fixture(scope="module")
def steps(task):
    """Steps of an epoch."""
    return make_batches(task).steps_per_epoch


@pytest.fixture(scope="package")
def undisturbed(task, tmp_path_factory):
    """The folder of a run that nothing happened to. Copy it to change it."""
    return make_once(tmp_path_factory, "undisturbed", lambda folder: train(task, folder))


@pytest.fixture(scope="package")
def trained(task, tmp_path_factory):
    """The folder of a run of two epochs."""
    return make_once(tmp_path_factory, "trained", lambda folder: train(task, folder, epochs=2))


class At(keras.callbacks.Callback):
    """Does something after the n-th step of its life."""

    def __init__(self, step, action):
        super().__init__()
        self.left, self.action = step, action

    def on_train_batch_end(self, batch, logs=None):
        self.left -= 1
        if self.left == 0:
            self.action()


def interrupt():
    """Ctrl-C."""
    signal.raise_signal(signal.SIGINT)


class Crash(Exception):
    """What no code expects."""


def crash():
    raise Crash
