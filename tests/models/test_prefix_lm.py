"""The prefix LM against one pass over the joined sequence."""

import pytest

from tests.models.equations import check_equations
from tests.models.reference.prefix_lm import prefix_lm


@pytest.mark.parametrize(
    "overrides",
    [
        {},
        {"tied_embeddings": "all", "norm_first": False},
        {"positions": "rotary", "gated": True},
    ],
    ids=str,
)
def test_equals_the_papers_equations(parity, overrides):
    check_equations(parity, "prefix_lm_nano", prefix_lm, overrides)
