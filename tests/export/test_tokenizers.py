"""Tokenizers in a graph give the ids and the texts of the zoo's."""

import json
import random

import numpy as np
import pytest
import tensorflow as tf

from tests.pretrained.sentences import SENTENCES
from tests.pretrained.vocabularies import marian_files, spm
from zoo.data.tokenizers import (
    ByteT5Tokenizer,
    ByteTokenizer,
    DecomposedTokenizer,
    MarianTokenizer,
    PieceTokenizer,
    SentencePieceTokenizer,
    SymbolTokenizer,
)
from zoo.errors import ZooError
from zoo.export.savedmodel import graph_tokenizer

ODD = [
    "",
    " ",
    "a",
    "  two  blanks ",
    "tab\tand\nline\x1c\x85\u00a0\u3000end",
    "\u2581 \ufdd0\ufdd1\ufdd2 <s></s> <pad> <unk>",
    "\u00e9 e\u0301 \ud55c\uae00 \u1112\u1161\u11ab",
    "<extra_id_0> to <extra_id_1><extra_id_99> <extra_id_007> <extra_id_> <extra_id_100>",
    "\u2582\u2583\u2584\u2585 \u2585",
    ">>fra<< Bonjour",
    ">>fra Bonjour >><<",
    "\U0001f600 \u4e2d\u6587 \u0627\u0644",
    "0 1 2 \\1 $& %d",
]


def texts():
    """Odd texts, sentences, and sentences with characters exchanged."""
    rng, found = random.Random(0), [*ODD, *SENTENCES]
    alphabet = "".join(ODD) + "".join(SENTENCES)
    for _ in range(200):
        found.append("".join(rng.choices(alphabet, k=rng.randint(1, 30))))
    return found


def tokenizers():
    """One of each kind."""
    source, target, vocabulary = marian_files()
    marian = json.loads(vocabulary)
    every = [text for text in texts() if "\ufdd0" not in text]
    return {
        "character": SymbolTokenizer.from_texts(SENTENCES, ""),
        "word": SymbolTokenizer.from_texts(SENTENCES, " "),
        "decomposed": DecomposedTokenizer.from_texts(["\ud55c\uae00", "caf\u00e9"]),
        "byte": ByteTokenizer(),
        "pieces": PieceTokenizer.from_texts(SENTENCES, 150),
        "pieces, with specials": PieceTokenizer.from_texts([*SENTENCES, *every[5:9] * 3], 220),
        "unigram": PieceTokenizer.from_texts(SENTENCES, 150, "unigram"),
        "marian source": MarianTokenizer(source, marian),
        "marian target": MarianTokenizer(target, marian),
        "t5": SentencePieceTokenizer(spm()),
        "t5 without sentinels": SentencePieceTokenizer(spm(), extra_ids=0),
        "byt5": ByteT5Tokenizer(),
    }


@pytest.fixture(scope="module", params=tokenizers())
def pair(request):
    """A tokenizer, and the same in a graph."""
    tokenizer = tokenizers()[request.param]
    return tokenizer, graph_tokenizer(tokenizer)


def test_ids_are_equal(pair):
    tokenizer, graph = pair
    found = graph.encode(tf.constant(texts()))
    expected = tokenizer.encode_batch(texts())
    assert found.shape == (len(texts()), max(map(len, expected)))
    for text, row, ids in zip(texts(), found.numpy().tolist(), expected):
        assert row[: len(ids)] == ids and not any(row[len(ids) :]), text


def test_texts_are_equal(pair):
    tokenizer, graph = pair
    rng = np.random.default_rng(0)
    ids = rng.integers(1, tokenizer.size, (300, 12), "int32")
    ids[:, 0] = rng.choice([i for i in range(1, tokenizer.size) if i != tokenizer.end_id], 300)
    encoded = [ids[:12] for ids in tokenizer.encode_batch(texts())]
    rows = np.zeros((len(encoded), 12), "int32")
    for row, known in zip(rows, encoded):
        row[: len(known)] = known
    for batch in (ids, rows):
        found = graph.decode(tf.constant(batch))
        for row, text in zip(batch.tolist(), found.numpy()):
            row = row[: row.index(0)] if 0 in row else row
            assert text.decode() == tokenizer.decode(row), row


def test_pieces_that_cannot_be_taken_out_again_are_refused():
    tokenizer = PieceTokenizer.from_texts([*SENTENCES, "\ufdd0" * 3], 150)
    with pytest.raises(ZooError, match="its pieces have the character U.FDD0"):
        graph_tokenizer(tokenizer)
