"""Language codes of OPUS-MT. tests/pretrained compares the ids with those of transformers."""

import pytest

from zoo.data.tokenizers.marian import MarianTokenizer, split_code
from zoo.data.tokenizers.pieces import PieceTokenizer
from zoo.errors import ZooError


def test_a_code_at_the_start_is_one_token():
    assert split_code(">>fra<< hello") == ([">>fra<<"], " hello")
    for text in ("hello", ">> hello", "a >>fra<< b", "<<"):
        assert split_code(text) == ([], text)


def test_pieces_outside_the_table_are_unknown():
    model = PieceTokenizer.from_texts(["a b"] * 20, 12, exact=False).model
    tokenizer = MarianTokenizer(model, {"</s>": 0, "<unk>": 1, "▁a": 2, ">>fra<<": 3, "<pad>": 4})
    assert tokenizer.encode("a") == [2, 4]
    assert tokenizer.encode(">>fra<<a b")[0] == 3
    assert tokenizer.unknown("a b") and not tokenizer.unknown("a")
    assert tokenizer.decode([2, 1, 0, 4, 2]) == "a" and tokenizer.encode_batch([]) == []
    with pytest.raises(ZooError, match="lacks the token </s>"):
        MarianTokenizer(model, {"<unk>": 0, "<pad>": 1})
