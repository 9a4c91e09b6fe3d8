"""The small training that these tests share, and its batches."""

import pytest

from tests.small_training import *  # noqa: F403
from zoo.data.batches import Batches


def make_batches(task):
    return Batches(*task.encode("train"), tokens=200, buckets=2, seed=0)


@pytest.fixture(scope="module")
def steps(task):
    """Steps of an epoch."""
    return make_batches(task).steps_per_epoch
