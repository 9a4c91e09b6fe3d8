"""The attention map of one example; tests/text/test_text_model.py asks a text model for it."""

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
