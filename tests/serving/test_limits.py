"""What whoever starts a service may choose."""

import types

import pytest

from zoo.data.front_ends.log_mel import LogMel
from zoo.data.tokenizers import ByteTokenizer
from zoo.errors import ZooError
from zoo.serving.batching import batch_size
from zoo.serving.limits import LONGEST_BATCH, Limits, check_models


@pytest.mark.parametrize("field", ["longest", "queue"])
def test_limits_are_whole_numbers_above_0(field):
    with pytest.raises(ZooError, match=f"{field} must be a whole number above 0, got 0"):
        Limits(**{field: 0})


def test_every_number_of_texts_has_a_batch_that_is_not_much_larger():
    sizes = [batch_size(count) for count in range(1, LONGEST_BATCH + 1)]
    assert all(n <= size < 4 * n for n, size in enumerate(sizes, 1))
    assert sizes == sorted(sizes) and len(set(sizes)) <= 4  # each is compiled once


def test_clients_cannot_name_files_of_the_machine():
    models = [types.SimpleNamespace(source_tokenizer=x()) for x in (ByteTokenizer, LogMel)]
    check_models({"texts": models[0]})
    with pytest.raises(ZooError, match="sounds reads files of this machine"):
        check_models({"texts": models[0], "sounds": models[1]})
