"""Whether outputs are molecules."""

import sys

import pytest

from zoo.errors import ZooError
from zoo.evaluation.metrics import score


def test_valid_molecules():
    outputs = ["CCO", "c1ccccc1", "C(", "C(C)(C)(C)(C)C", ""]
    assert score("valid_molecules", outputs, [("C",)] * 5) == 40


def test_a_missing_rdkit_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "rdkit", None)
    with pytest.raises(ZooError, match=r"pip install 'seq2seq-zoo\[chemistry\]'"):
        score("valid_molecules", ["C"], [("C",)])
