"""Marian against the Transformer's equations with its own positions and bias."""

import pytest

from tests.models.equations import check_equations
from tests.models.reference.marian import marian


@pytest.mark.parametrize(
    "overrides",
    [
        {},
        {"tied_embeddings": "all", "activation": "relu"},
    ],
    ids=str,
)
def test_equals_the_papers_equations(parity, overrides):
    check_equations(parity, "marian_nano", marian, overrides)
