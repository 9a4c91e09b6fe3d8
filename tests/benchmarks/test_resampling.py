"""Resampled examples: groups stay together, and runs are of the same examples."""

import dataclasses

import numpy as np
import pytest

from benchmarks.statistics import difference
from tests.benchmarks.test_statistics import RATE, counts
from zoo.errors import ZooError


def test_examples_that_are_right_together_are_drawn_together():
    rng = np.random.default_rng(4)
    sizes, metric = rng.integers(2, 30, 200), dataclasses.replace(RATE, also="groups")
    share = 1 / np.repeat(sizes, sizes)
    one, other = (
        counts(np.repeat(rng.random(200) < 0.5, sizes)) * share[:, None] for _ in range(2)
    )
    found = difference([one], [other], metric)
    expected = 1.96 * 100 * (2 * 0.25 / 200) ** 0.5  # of two shares of 200 dialogues
    assert found.high - found.value == pytest.approx(expected, rel=0.15)
    with pytest.raises(ZooError, match="examples of a group must follow one another"):
        difference([one[1:]], [other[1:]], metric)


@pytest.mark.parametrize(
    "b, message",
    [
        ([np.ones((9, 2))], r"counts of shape \(10, 2\), b of \(9, 2\)"),
        ([np.ones((10, 2)), np.ones((10, 3))], r"\(10, 2\), b of \(10, 3\)"),
        ([], "b has no runs"),
    ],
)
def test_runs_on_other_examples_cannot_be_compared(b, message):
    with pytest.raises(ZooError, match=message) as error:
        difference([np.ones((10, 2))], b, RATE)
    assert "\n" not in str(error.value)


def test_no_examples_is_an_error():
    with pytest.raises(ZooError, match="shape"):
        difference([np.ones((0, 2))], [np.ones((0, 2))], RATE)
