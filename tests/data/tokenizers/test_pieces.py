"""Pieces of words, learnt from a text."""

import random

import pytest

from zoo.data.tokenizers import BOS, EOS, PAD, UNK, PieceTokenizer, tokenizer_from_config
from zoo.data.tokenizers.pieces import escaped, unescaped
from zoo.errors import UnknownName, ZooError

WORDS = "a boat sails over the sea and two dogs run after a red ball in deep snow".split()
TEXTS = [" ".join(random.Random(i).sample(WORDS, 6)) + "." for i in range(400)]


@pytest.fixture(scope="module", params=["bpe", "unigram"])
def tokenizer(request):
    return PieceTokenizer.from_texts(TEXTS, 38, request.param)


def test_texts_come_back(tokenizer):
    for text in [*TEXTS[:50], "two  dogs", " ends ", "sea", ""]:
        ids = tokenizer.encode(text)
        assert ids[-1] == EOS and not {PAD, BOS, UNK} & set(ids) and max(ids) < tokenizer.size
        assert tokenizer.decode(ids) == text
        assert tokenizer.length(text) == len(ids)
    assert tokenizer.size == 38
    assert tokenizer.encode_batch(TEXTS[:3]) == [tokenizer.encode(text) for text in TEXTS[:3]]


def test_ids_after_the_end_and_padding_are_no_text(tokenizer):
    ids = tokenizer.encode("the sea")
    assert tokenizer.decode([BOS, *ids, *ids, PAD]) == "the sea"
    assert tokenizer.decode([tokenizer.size + 5, EOS]) == "<unk>"


def test_what_was_never_seen_is_unknown(tokenizer):
    assert tokenizer.unknown("the sea") == []
    assert tokenizer.unknown("the Q sea") == ["Q"]
    assert UNK in tokenizer.encode("the Q sea") and "<unk>" in tokenizer.decode(
        tokenizer.encode("the Q sea")
    )


def test_it_is_the_same_again(tokenizer):
    again = tokenizer_from_config(tokenizer.get_config())
    assert (
        again.encode_batch(TEXTS) == tokenizer.encode_batch(TEXTS) and again.size == tokenizer.size
    )


def test_the_same_texts_give_the_same_pieces():
    assert (
        PieceTokenizer.from_texts(TEXTS, 60).get_config()
        == PieceTokenizer.from_texts(iter(TEXTS), 60).get_config()
    )


@pytest.mark.parametrize(
    "texts, size, kind, message",
    [
        (TEXTS, 10, "bpe", "cannot make 10 pieces"),
        (TEXTS, 5000, "bpe", "cannot make 5000 pieces"),
        ([], 60, "bpe", "cannot make 60 pieces"),
        (TEXTS, 0, "bpe", "size must be"),
    ],
)
def test_sizes_that_do_not_fit(texts, size, kind, message):
    with pytest.raises(ZooError, match=message):
        PieceTokenizer.from_texts(texts, size, kind)


def test_other_kinds_and_models_are_errors():
    with pytest.raises(UnknownName, match="unigram"):
        PieceTokenizer.from_texts(TEXTS, 60, "unigrm")
    with pytest.raises(ZooError, match="not a SentencePiece model"):
        PieceTokenizer(b"not a model")


SPECIAL = [
    "a <s> sea",
    "<s></s><unk><pad>",
    "two ▁dogs",
    "▁",
    "▂▃▄▅▆▇ up",
    "\ufdd0\ufdd1 \ufdd2\ufdd3",
]


@pytest.mark.parametrize("kind", ["bpe", "unigram"])
def test_special_tokens_and_blanks_of_sentencepiece_are_text(kind):
    tokenizer = PieceTokenizer.from_texts(SPECIAL + TEXTS, 70, kind, exact=False)
    for text in SPECIAL:
        ids = tokenizer.encode(text)
        assert (
            not {PAD, BOS, UNK} & set(ids) and ids.count(EOS) == 1 and not tokenizer.unknown(text)
        )
        assert tokenizer.decode(ids) == text


def test_what_training_lacked_is_told_and_not_changed(tokenizer):
    assert tokenizer.unknown("the ▁ sea") == ["▁"]
    assert tokenizer.decode(tokenizer.encode("the ▁ sea")) == "the <unk> sea"
    assert "".join(tokenizer.unknown("<s>")) == "<>"


def test_other_texts_are_trained_on_as_they_are():
    for text in TEXTS + ["<b>x</b>", "a < b", "\u2580"]:
        assert escaped(text) == unescaped(text) == text


@pytest.mark.parametrize(
    "texts, size, message",
    [
        (TEXTS, 1, "the special ids alone take 4; raise"),
        (TEXTS, 10, "their characters alone take [0-9]+; raise"),
        (TEXTS, 5000, "they fill at most [0-9]+; lower"),
        ([""], 60, "they are empty"),
        (TEXTS, 10**9, "a vocabulary has at most 1,000,000 pieces"),
    ],
)
def test_the_reason_is_in_a_users_words(texts, size, message):
    with pytest.raises(ZooError, match=message) as raised:
        PieceTokenizer.from_texts(texts, size)
    assert ".cc" not in str(raised.value)
