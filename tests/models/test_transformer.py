"""The Transformer against Vaswani et al. 2017."""

import pytest

from tests.models.equations import check_equations
from tests.models.reference.transformer import transformer


@pytest.mark.parametrize("overrides", [
    {},
    {"norm_first": True},
    {"tied_embeddings": "all", "heads": 4},
    {"tied_embeddings": "none", "depth": 1},
], ids=str)
def test_equals_the_papers_equations(parity, overrides):
    check_equations(parity, "transformer_nano", transformer, overrides)
