"""What whoever starts a service may choose."""

import types

import pytest

from zoo.data.front_ends.log_mel import LogMel
from zoo.data.tokenizers import ByteTokenizer
from zoo.errors import ZooError
from zoo.serving.limits import BATCH_SIZES, LONGEST_BATCH, Limits, check_models


@pytest.mark.parametrize("field", ["longest", "queue"])
def test_limits_are_whole_numbers_above_0(field):
    with pytest.raises(ZooError, match=f"{field} must be a whole number above 0, got 0"):
        Limits(**{field: 0})


def test_a_batch_of_every_size_that_is_taken_can_be_filled():
    assert list(BATCH_SIZES) == sorted(BATCH_SIZES) and BATCH_SIZES[-1] == LONGEST_BATCH


def test_clients_cannot_name_files_of_the_machine():
    models = [types.SimpleNamespace(source_tokenizer=x()) for x in (ByteTokenizer, LogMel)]
    check_models({"texts": models[0]})
    with pytest.raises(ZooError, match="sounds reads files of this machine"):
        check_models({"texts": models[0], "sounds": models[1]})
