"""What may be asked of a decoding."""

import pytest

from zoo.errors import ZooError
from zoo.inspection.abstract import abstract_model
from zoo.text.decoding import Decoding, default_output_length


@pytest.mark.parametrize("field", ["longest", "max_length"])
@pytest.mark.parametrize("value", [0, -1, 1.5, True, "3"])
def test_lengths_are_whole_numbers_above_0(field, value):
    with pytest.raises(ZooError, match=f"{field} must be a whole number above 0"):
        Decoding(**{field: value})
    assert getattr(Decoding(**{field: 1}), field) == 1


@pytest.mark.parametrize(
    "name, positions, most",
    [
        ("gpt2_nano", 64, 31),  # source and output share them
        ("gpt2_nano", 1024, 128),
        ("bart_nano", 64, 64),
        ("transformer_nano", None, 128),
    ],
)
def test_outputs_leave_room_for_a_source(name, positions, most):
    options = {"max_positions": positions} if positions else {}
    assert default_output_length(abstract_model(name, **options)) == most
