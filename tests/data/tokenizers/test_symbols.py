"""Ids and round trips of the tokenizers."""

import json
import random

import numpy as np
import pytest

from zoo.data.tokenizers import (
    BOS,
    EOS,
    PAD,
    UNK,
    ByteTokenizer,
    SymbolTokenizer,
    tokenizer_from_config,
)
from zoo.errors import UnknownName, ZooError


def test_specials_come_first_and_symbols_from_four():
    tokenizer = SymbolTokenizer.from_texts(["ba", "ab'"], separator="")
    assert (PAD, BOS, EOS, UNK) == (0, 1, 2, 3)
    assert tokenizer.symbols == ("'", "a", "b")
    assert tokenizer.size == 7
    assert tokenizer.encode("b'a") == [6, 4, 5, EOS]


def test_blank_separates_symbols():
    tokenizer = SymbolTokenizer(["AH", "B", "A"], separator=" ")
    assert tokenizer.encode("B  AH A") == [5, 4, 6, EOS]
    assert tokenizer.decode([5, 4, 6, EOS]) == "B AH A"
    assert tokenizer.encode("AHB") == [UNK, EOS]


@pytest.mark.parametrize("separator", ["", " "])
def test_random_unicode_round_trips(separator):
    rng = random.Random(0)
    codes = [
        code
        for code in range(33, 0x20000)
        if not 0xD800 <= code < 0xE000 and chr(code).split() == [chr(code)]
    ]
    symbols = sorted({*"o'-.é#[]", "e", "\u0301", *map(chr, rng.sample(codes, 2000))})
    tokenizer = SymbolTokenizer(symbols, separator)
    texts = [separator.join(rng.choices(symbols, k=rng.randrange(30))) for _ in range(300)]
    encoded = tokenizer.encode_batch(texts)
    known = {symbol: 4 + i for i, symbol in enumerate(symbols)}
    assert encoded == [
        [known[symbol] for symbol in tokenizer.split(text)] + [EOS] for text in texts
    ]
    assert [tokenizer.decode(ids) for ids in encoded] == texts
    assert [tokenizer.length(text) for text in texts] == [len(ids) for ids in encoded]


def test_unknown_symbols():
    tokenizer = SymbolTokenizer(["a", "b"], separator="")
    assert tokenizer.unknown("azbéz") == ["z", "é"]
    assert tokenizer.encode("azb") == [4, UNK, 5, EOS]
    assert tokenizer.decode([4, UNK, 5, 99]) == "a<unk>b<unk>"


def test_names_of_specials_are_not_special_in_text():
    tokenizer = SymbolTokenizer(["a", "[PAD]"], separator=" ")
    assert tokenizer.encode("[PAD] [EOS] [UNK] a") == [5, UNK, UNK, 4, EOS]


def test_any_text_without_white_space_can_be_a_symbol():
    tokenizer = SymbolTokenizer(["##a", "x" * 1000], separator=" ")
    assert tokenizer.encode(f"{'x' * 1000} ##a a") == [5, 4, UNK, EOS]


def test_decode_stops_at_the_first_end():
    tokenizer = SymbolTokenizer(["a", "b"], separator="")
    assert tokenizer.decode(np.array([BOS, 4, PAD, 5, EOS, 4, EOS], "int32")) == "ab"
    assert tokenizer.decode([]) == ""


@pytest.mark.parametrize("tokenizer", [SymbolTokenizer(["a"], ""), ByteTokenizer()])
def test_empty_text_and_empty_batch(tokenizer):
    assert tokenizer.encode("") == [EOS]
    assert tokenizer.encode_batch(["", "a", ""])[::2] == [[EOS], [EOS]]
    assert tokenizer.encode_batch([]) == []
    assert tokenizer.decode([EOS]) == ""


@pytest.mark.parametrize(
    "symbols, separator",
    [
        (["a", "a"], ""),
        (["ab"], ""),
        ([""], ""),
        (["a b"], " "),
        ([1], " "),
    ],
)
def test_symbols_that_cannot_be_told_apart_are_refused(symbols, separator):
    with pytest.raises(ZooError, match="symbol"):
        SymbolTokenizer(symbols, separator)


def test_other_separators_are_refused():
    with pytest.raises(UnknownName, match="separator"):
        SymbolTokenizer(["a"], ",")


@pytest.mark.parametrize(
    "tokenizer",
    [SymbolTokenizer(["é", "b", "'"], ""), SymbolTokenizer(["AH", "B"], " "), ByteTokenizer()],
)
def test_config_round_trips_through_json(tokenizer):
    config = json.loads(json.dumps(tokenizer.get_config()))
    again = tokenizer_from_config(config)
    assert type(again) is type(tokenizer) and again.get_config() == tokenizer.get_config()
    assert again.encode("b'é") == tokenizer.encode("b'é")


def test_config_of_another_class_is_refused():
    with pytest.raises(ZooError, match="nearest: SymbolTokenizer"):
        tokenizer_from_config({"class_name": "SymbolTokeniser"})
