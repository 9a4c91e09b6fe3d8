"""What the subword tokenizers share."""

import pytest

from zoo.data.tokenizers.subword import (
    SubwordTokenizer,
    check_vocabulary,
    from_text,
    sentence_piece,
    to_text,
)
from zoo.errors import ZooError


def test_padding_is_exchanged_with_zero():
    tokenizer = SubwordTokenizer()
    tokenizer.pad_id = 7
    assert [tokenizer.swap(i) for i in (0, 7, 3)] == [7, 0, 3]


def test_text_ends_at_the_end_token():
    tokenizer = SubwordTokenizer()
    tokenizer.end_id = 1
    assert tokenizer.until_end([5, 1, 6]) == [5] and tokenizer.until_end([5, 6]) == [5, 6]


def test_a_vocabulary_holds_the_tokenizer():
    tokenizer = SubwordTokenizer()
    assert tokenizer.check_size(10, None) == 10 and tokenizer.check_size(10, 12) == 12
    with pytest.raises(ZooError, match="has 10 ids, and the model's vocabulary only 9"):
        tokenizer.check_size(10, 9)


@pytest.mark.parametrize(
    "vocabulary, message",
    [
        ({"a": 0, "b": 2}, "lacks a token of id 1, though it has 2 tokens"),
        ({"b": 0}, "lacks the token a"),
        ({"a": "0"}, "must give every token a whole number"),
        ({"a": False}, "must give every token a whole number"),
        (["a"], "must give every token a whole number"),
        ({"a": 0, 5: 1}, "must have texts as tokens"),
    ],
)
def test_broken_vocabularies(vocabulary, message):
    with pytest.raises(ZooError, match=message):
        check_vocabulary(vocabulary, ("a",))


def test_bytes_travel_as_text():
    assert from_text(to_text(b"\x00\xff")) == b"\x00\xff"
    for text in ("?", "abc", "é"):
        with pytest.raises(ZooError, match="not base64"):
            from_text(text)


def test_bytes_that_are_no_model():
    with pytest.raises(ZooError, match="spiece.model is not a SentencePiece model"):
        sentence_piece(b"no", "spiece.model")
