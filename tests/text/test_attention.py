"""The attention map of one example; tests/text/test_text_model.py asks a text model for it."""

import types

import numpy as np

from tests.contract.conftest import shared
from zoo.data.tokenizers import SymbolTokenizer
from zoo.text.attention import attention_of


def test_symbols_and_weights_of_an_output():
    tokenizer = SymbolTokenizer(["a", "b", "c"], " ")
    model = shared("bilstm_bahdanau_nano", vocabulary=tokenizer.size)
    ids = tokenizer.encode("a b"), tokenizer.encode("c")
    source, target, weights = attention_of(model, *ids, tokenizer, tokenizer)
    assert (source, target) == (["a", "b", "</s>"], ["c", "</s>"])
    np.testing.assert_allclose(weights.sum(1), [1, 1], atol=1e-5)
    inputs = np.array([ids[0]]), np.array([[model.start_id, ids[1][0]]])
    np.testing.assert_allclose(weights, np.asarray(model.align(*inputs))[0], atol=1e-6)


def test_a_token_without_text_is_not_called_the_end():
    """As T5's and Marian's unknown token, or a blank of its own."""
    model = shared("bilstm_bahdanau_nano", vocabulary=7)
    silent = types.SimpleNamespace(end_id=2, decode=lambda ids: "" if ids[0] < 4 else "a")
    source, target, _ = attention_of(model, [4, 3, 2], [5, 2], silent, silent)
    assert (source, target) == (["a", "<3>", "</s>"], ["a", "</s>"])
