"""What may be asked of a decoding."""

import pytest

from zoo.errors import ZooError
from zoo.text.decoding import Decoding


@pytest.mark.parametrize("field", ["longest", "max_length"])
@pytest.mark.parametrize("value", [0, -1, 1.5, True, "3"])
def test_lengths_are_whole_numbers_above_0(field, value):
    with pytest.raises(ZooError, match=f"{field} must be a whole number above 0"):
        Decoding(**{field: value})
    assert getattr(Decoding(**{field: 1}), field) == 1
