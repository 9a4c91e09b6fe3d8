"""What whoever starts a service may choose."""

import pytest

from zoo.errors import ZooError
from zoo.serving.limits import BATCH_SIZES, LONGEST_BATCH, Limits


@pytest.mark.parametrize("field", ["longest", "queue"])
def test_limits_are_whole_numbers_above_0(field):
    with pytest.raises(ZooError, match=f"{field} must be a whole number above 0, got 0"):
        Limits(**{field: 0})


def test_a_batch_of_every_size_that_is_taken_can_be_filled():
    assert list(BATCH_SIZES) == sorted(BATCH_SIZES) and BATCH_SIZES[-1] == LONGEST_BATCH
