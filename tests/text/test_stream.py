"""Numbered errors of a stream, and what replaces unknown tokens."""

import numpy as np
import pytest

from zoo.data.tokenizers import UNK
from zoo.decoding.generate import Output
from zoo.errors import ZooError
from zoo.text.stream import encoded_texts, looked_at, numbered


def refuse(text):
    if text == "bad":
        raise ZooError("no")
    return text.upper()


def test_an_error_names_the_item_unless_it_is_the_only_one():
    for items, message in (
        (["bad"], "^no$"),
        (iter(["bad"]), "^text 1: no$"),
        (["a", "bad"], "^text 2: no$"),
    ):
        with pytest.raises(ZooError, match=message):
            list(numbered(items, refuse))
    assert list(numbered(["a", "b"], refuse, "pair")) == ["A", "B"]
    with pytest.raises(ZooError, match="^pair 2: no$"):
        list(numbered(["a", "bad"], refuse, "pair"))


def test_the_end_token_of_a_source_replaces_nothing():
    attention = np.array([[0.1, 0.9]] * 3)  # the second column is the end token's
    output = Output([UNK, 5, UNK], 0.0, 0.0, False, [0.0] * 3, attention)
    assert looked_at(output, ["Kiew"], 7) == ["Kiew", "Kiew"]


def test_files_are_checked_before_any_of_them_is_read():
    checked, held = [], []
    encoded = encoded_texts(["a", "b"], refuse, held, checked.append)
    assert checked == ["a", "b"] and iter(encoded) is encoded  # nothing is read yet
    assert list(encoded) == ["A", "B"] and not held
    assert list(encoded_texts(["a", "bad"], refuse, held, checked.append)) == ["A"]
    assert str(held[0]) == "text 2: no"
    with pytest.raises(ZooError, match="^text 2: no$"):
        encoded_texts(["a", "bad"], str.upper, held, refuse)
