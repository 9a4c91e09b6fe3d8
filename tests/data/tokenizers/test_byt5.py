"""Bytes and sentinels of ByT5. tests/pretrained compares the ids with those of transformers."""

import pytest

from zoo.data.tokenizers.byt5 import ByteT5Tokenizer
from zoo.errors import ZooError


def test_bytes_sentinels_and_their_text():
    tokenizer = ByteT5Tokenizer()
    ids = tokenizer.encode("é<extra_id_1>a")
    assert ids == [0xC3 + 3, 0xA9 + 3, 260, 97 + 3, 1]
    assert tokenizer.decode(ids) == "é<extra_id_1>a" and tokenizer.size == 384
    assert tokenizer.decode([0xC3 + 3, 1, 100]) == "" and tokenizer.encode_batch([]) == []


def test_a_vocabulary_may_be_larger_but_not_smaller():
    assert ByteT5Tokenizer(size=400).size == 400
    with pytest.raises(ZooError, match="has 384 ids, and the model's vocabulary only 300"):
        ByteT5Tokenizer(size=300)
