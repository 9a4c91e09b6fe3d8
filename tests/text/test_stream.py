"""Texts in and out: unknown symbols replaced by what the output looked at."""

import numpy as np
import pytest

from tests.contract.conftest import make
from zoo.data.tokenizers import UNK, SymbolTokenizer
from zoo.decoding import Beam, Constraints, Greedy, generate
from zoo.text.stream import looked_at, stream_texts

TEXTS = ["a Kiew b", "Lwiw", "c c Odessa a Dnipro"]


@pytest.mark.parametrize(
    "strategy, jit",
    [
        (Greedy(Constraints(prefix=(UNK, UNK))), False),
        (Beam(3, constraints=Constraints(prefix=(UNK,))), True),
    ],
)
def test_each_unknown_token_becomes_the_symbol_it_looked_at_most(strategy, jit):
    tokenizer, model = (
        SymbolTokenizer(["a", "b", "c"], " "),
        make("bilstm_bahdanau_nano", vocabulary=7),
    )
    found = list(
        stream_texts(
            model, TEXTS, tokenizer.encode, tokenizer.decode, strategy, 5, tokenizer.split, jit=jit
        )
    )
    for text, best in zip(TEXTS, found, strict=True):
        source, symbols = tokenizer.encode(text), text.split()
        for (shown, _), output in zip(
            best, generate(model, [source], strategy, 5, jit=False)[0], strict=True
        ):
            looks = np.asarray(model.align(np.array([source]), np.array([[1, *output.ids]])))[0][
                :, : len(symbols)
            ]
            expected = [
                symbols[look.argmax()] if i == UNK else "???abc"[i - 1]
                for i, look in zip(output.ids, looks)
            ]
            assert shown.split() == expected and "<unk>" not in shown


def test_the_end_token_of_a_source_replaces_nothing():
    model, source = make("bilstm_bahdanau_nano", vocabulary=7), [3, 2]
    output = generate(
        model, [source], Greedy(Constraints(prefix=(UNK,))), 3, details=True, jit=False
    )[0][0]
    output = output._replace(attention=np.array([[0.1, 0.9]] * 3))
    assert set(looked_at(output, ["Kiew"])) == {"Kiew"}


def test_without_replacement_it_is_shown_as_it_is():
    tokenizer, model = (
        SymbolTokenizer(["a", "b", "c"], " "),
        make("bilstm_bahdanau_nano", vocabulary=7),
    )
    strategy = Greedy(Constraints(prefix=(UNK,)))
    (best,) = stream_texts(
        model, TEXTS[:1], tokenizer.encode, tokenizer.decode, strategy, 5, jit=False
    )
    assert best[0][0].startswith("<unk>")
