"""The small training that these tests share."""

from tests.small_training import *  # noqa: F403
