"""Characters in their parts."""

import unicodedata

import pytest

from zoo.data.describe import kind
from zoo.data.tokenizers import UNK, DecomposedTokenizer, tokenizer_from_config
from zoo.errors import ZooError


def test_every_korean_syllable_and_accent_comes_back():
    syllables = [chr(code) for code in range(0xAC00, 0xD7A4)]
    tokenizer = DecomposedTokenizer.from_texts([*syllables, "caf\u00e9"])
    assert tokenizer.size == 4 + 67 + len("cafe\u0301")
    texts = ["".join(syllables[i::97]) for i in range(97)] + ["caf\u00e9", ""]
    assert [tokenizer.decode(ids) for ids in tokenizer.encode_batch(texts)] == texts
    assert all(tokenizer.length(text) == len(tokenizer.encode(text)) for text in texts)


def test_a_composed_text_and_its_parts_are_the_same():
    tokenizer = DecomposedTokenizer.from_texts(["\ud55c\uae00"])
    parts = unicodedata.normalize("NFD", "\ud55c")
    assert tokenizer.encode("\ud55c") == tokenizer.encode(parts) and len(parts) == 3
    assert tokenizer.unknown("\ud55cx") == ["x"] and UNK in tokenizer.encode("x")
    assert tokenizer.decode([*tokenizer.encode(parts)[:3], UNK], ["y"]) == "\ud55cy"


def test_its_configuration():
    tokenizer = DecomposedTokenizer.from_texts(["\ud55c\uae00"])
    again = tokenizer_from_config(tokenizer.get_config())
    assert type(again) is DecomposedTokenizer and again.symbols == tokenizer.symbols
    assert kind(again) == "parts of characters"
    with pytest.raises(ZooError, match="a symbol must be a single character, got '\ud55c'"):
        DecomposedTokenizer(["\ud55c"])
