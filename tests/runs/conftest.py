"""The small training that these tests share, and a run to be copied."""

import shutil

import pytest

from tests.once import make_once
from tests.small_training import *  # noqa: F403
from tests.small_training import train


@pytest.fixture(scope="package")
def trained(task, tmp_path_factory):
    """The folder of a run of two epochs, to be copied."""
    return make_once(tmp_path_factory, "trained", lambda folder: train(task, folder, epochs=2))


@pytest.fixture
def folder(trained, tmp_path):
    """A copy that a test may break."""
    shutil.copytree(trained, tmp_path / "run")
    return tmp_path / "run"


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def one_line(found):
    assert "\n" not in str(found.value)
    return str(found.value)
