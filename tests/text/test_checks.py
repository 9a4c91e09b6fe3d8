"""Texts and tokenizers that a model cannot take."""

import pytest

import zoo
from tests.contract.conftest import shared
from zoo.data.tokenizers import ByteT5Tokenizer, NumberTokenizer, SymbolTokenizer
from zoo.errors import ZooError
from zoo.text.checks import check_known, check_replaceable, check_tokenizers, encoded, shown

SYMBOLS = SymbolTokenizer(["a", "b", "c"], " ")


def test_many_unknown_symbols_are_counted():
    with pytest.raises(
        ZooError, match="has 'd', 'e', 'f', 'g', 'h' and 2 more, which .* of runs/x"
    ):
        check_known(SYMBOLS, "a d e f g h i j", "runs/x")


def test_unknown_symbols_that_cannot_be_replaced():
    plain, attentive = (
        zoo.TextModel(shared(name, vocabulary=7), SYMBOLS, SYMBOLS, label="runs/x")
        for name in ("lstm_seq2seq_nano", "bilstm_bahdanau_nano")
    )
    with pytest.raises(ZooError, match="LSTMSeq2Seq has no attention"):
        check_replaceable(plain)
    check_replaceable(attentive)
    attentive.target_tokenizer = ByteT5Tokenizer(0, 260)
    message = "are characters or words, and runs/x has SymbolTokenizer and ByteT5Tokenizer$"
    with pytest.raises(ZooError, match=message):
        check_replaceable(attentive)


def test_tokenizers_must_fit_the_model():
    model = zoo.create("t5_nano", 260, 260, tied_embeddings="all")
    with pytest.raises(ZooError, match="ends with id 1"):
        check_tokenizers(model, ByteT5Tokenizer(0), ByteT5Tokenizer(0))
    with pytest.raises(ZooError, match="384 ids"):
        check_tokenizers(model, ByteT5Tokenizer(), ByteT5Tokenizer())
    with pytest.raises(ZooError, match="384 ids"):
        zoo.TextModel(model, ByteT5Tokenizer(), ByteT5Tokenizer())


def test_a_long_text_is_cut_in_messages():
    assert shown("a" * 40) == f"'{'a' * 40}'" and shown("a" * 41) == f"'{'a' * 40}...'"


def test_capital_letters_are_hinted_at_where_small_ones_are_known():
    letters = SymbolTokenizer("abc", "")
    with pytest.raises(ZooError, match="'A', which .* lacks; it knows small letters$"):
        check_known(letters, "Abc", "runs/x")
    with pytest.raises(ZooError, match="lacks$"):
        check_known(letters, "Abd", "runs/x")


def test_a_series_that_was_not_divided_is_refused():
    numbers = NumberTokenizer(0.0, 5.0, 10, last=3)
    limits = None, None, None
    assert len(encoded(numbers, "900 0.5 1 9", limits, "x")) == 4  # 900 is not read
    with pytest.raises(ZooError, match="magnitude of the series is 900.5.* up to 5; divide"):
        encoded(numbers, "1 900 900.5 901", limits, "x")


def test_a_series_that_was_not_standardised_is_refused():
    numbers, limits = NumberTokenizer(-5.0, 5.0, 10, last=3), (None, None, None)
    assert len(encoded(numbers, "level=7 -1.2 0 1.2", limits, "x")) == 4
    with pytest.raises(ZooError, match="mean 1 and standard deviation .*; subtract the mean"):
        encoded(numbers, "0.9 1 1.1", limits, "x")
