"""Every id has a name of its own, and the tokenizer's tokens keep theirs."""

import json

import pytest

from tests.export.models import LETTERS
from tests.pretrained.sentences import SENTENCES
from tests.pretrained.vocabularies import marian_files, spm
from zoo.data.tokenizers import (
    ByteT5Tokenizer,
    ByteTokenizer,
    MarianTokenizer,
    PieceTokenizer,
    SentencePieceTokenizer,
    SymbolTokenizer,
)
from zoo.export.token_names import token_names


@pytest.mark.parametrize(
    "tokenizer, text, expected",
    [
        (LETTERS, "ab", ["a", "b", "</s>"]),
        (ByteTokenizer(), "\u00e9", ["<0xC3>", "<0xA9>", "</s>"]),
        (ByteT5Tokenizer(), "a<extra_id_3>", ["<0x61>", "<extra_id_3>", "</s>"]),
        (SymbolTokenizer(["</s>", "x"], " "), "</s> x", ["<id_4>", "x", "</s>"]),
    ],
)
def test_tokens_have_names(tokenizer, text, expected):
    names = token_names(tokenizer, tokenizer.size)
    assert [names[i] for i in tokenizer.encode(text)] == expected


@pytest.mark.parametrize(
    "tokenizer",
    [
        PieceTokenizer.from_texts(SENTENCES, 150),
        SentencePieceTokenizer(spm(), size=400),
        MarianTokenizer(marian_files()[0], json.loads(marian_files()[2])),
    ],
    ids=lambda tokenizer: type(tokenizer).__name__,
)
def test_pieces_are_their_own_names(tokenizer):
    names = token_names(tokenizer, tokenizer.size)
    assert len(set(names)) == len(names) == tokenizer.size
    pieces = tokenizer._engine.encode(SENTENCES[0], out_type=str)
    unknown = tokenizer.unknown(SENTENCES[0])
    expected = ["<unk>" if piece in unknown else piece for piece in pieces]
    assert [names[i] for i in tokenizer.encode(SENTENCES[0])[:-1]] == expected
    assert len(unknown) < len(set(pieces))
