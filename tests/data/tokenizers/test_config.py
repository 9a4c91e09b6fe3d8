"""Configurations of tokenizers that are not what they were."""

import pytest

from zoo.data.tokenizers import ByteT5Tokenizer, PieceTokenizer, tokenizer_from_config
from zoo.errors import ZooError

VOCABULARY = {"<s>": 0, "<pad>": 1, "</s>": 2, "a": 3}
BART = {
    "class_name": "BytePairTokenizer",
    "vocabulary": VOCABULARY,
    "merges": [],
    "size": 4,
    "strip_mask": True,
}
MARIAN = {"class_name": "MarianTokenizer", "model": "", "vocabulary": {}, "size": 4}
T5 = {"class_name": "SentencePieceTokenizer", "model": "", "extra_ids": 100, "size": 400}
SYMBOLS = {"class_name": "SymbolTokenizer", "symbols": ["a"], "separator": ""}


def test_they_are_sound_as_they_are():
    assert tokenizer_from_config(BART).encode("a") == [1, 3, 2]
    assert tokenizer_from_config(SYMBOLS).encode("a") == [4, 2]
    again = tokenizer_from_config(ByteT5Tokenizer(10, 300).get_config())
    assert again.size == 300 and again.extra_ids == 10
    pieces = PieceTokenizer.from_texts(["a b c"] * 9, 12, exact=False)
    assert tokenizer_from_config(pieces.get_config()).get_config() == pieces.get_config()


@pytest.mark.parametrize(
    "config, message",
    [
        ([], "configuration is broken: it must be an object"),
        ({}, "class_name is missing"),
        ({"class_name": ["SymbolTokenizer"]}, "class_name must be text"),
        ({"class_name": "SymbolTokeniser"}, "unknown class_name .*nearest: SymbolTokenizer"),
        (SYMBOLS | {"symbols": "ab"}, "symbols must be a list"),
        (SYMBOLS | {"symbols": [5]}, r"symbols\[0\] must be text"),
        (SYMBOLS | {"separator": None}, "separator must be text"),
        ({"class_name": "SymbolTokenizer", "symbols": []}, "separator is missing"),
        ({"class_name": "PieceTokenizer", "model": 5}, "model must be text"),
        ({"class_name": "PieceTokenizer", "model": "?"}, "is not base64"),
        ({"class_name": "PieceTokenizer", "model": "AAAA"}, "not a SentencePiece model"),
        (T5 | {"extra_ids": [1]}, "extra_ids must be a whole number"),
        (T5 | {"size": "400"}, "size must be a whole number"),
        ({"class_name": "ByteT5Tokenizer", "extra_ids": 10**10, "size": 1}, "from 0 to 100,000"),
        ({"class_name": "ByteT5Tokenizer", "extra_ids": -1, "size": 1}, "extra_ids must be"),
        ({"class_name": "ByteT5Tokenizer", "extra_ids": 5, "size": 0}, "size must be"),
        (MARIAN | {"vocabulary": ["a"]}, "vocabulary must be an object"),
        (MARIAN | {"vocabulary": {"a": "0"}}, "vocabulary.a must be a whole number"),
        (BART | {"vocabulary": VOCABULARY | {"a": True}}, "vocabulary.a must be a whole number"),
        (BART | {"vocabulary": VOCABULARY | {"a": 10**10}}, "lacks a token of id 3"),
        (BART | {"merges": [["a", 5]]}, "must be text, got 5"),
        (BART | {"merges": [["a"]]}, "merges.txt does not fit"),
        (BART | {"merges": [["a", "q"]]}, "merges.txt does not fit"),
        (BART | {"strip_mask": 1}, "strip_mask must be true or false"),
    ],
)
def test_one_line_for_each_mistake(config, message):
    with pytest.raises(ZooError, match=message) as raised:
        tokenizer_from_config(config)
    assert "\n" not in str(raised.value)
