"""The Transformer against Vaswani et al. 2017, and its options against their own papers."""

import pytest

from tests.models.equations import check_equations
from tests.models.reference.transformer import transformer


@pytest.mark.parametrize(
    "overrides",
    [
        {},
        {"norm_first": True},
        {"tied_embeddings": "all", "heads": 4},
        {"tied_embeddings": "none", "depth": 1},
        {"tied_embeddings": "inputs", "decoder_depth": 1},
        {"positions": "learned", "max_positions": 12},
        {"positions": "relative"},
        {"positions": "rotary"},
        {"gated": True, "activation": "swish"},
        {"activation": "gelu"},
    ],
    ids=str,
)
def test_equals_the_papers_equations(parity, overrides):
    check_equations(parity, "transformer_nano", transformer, overrides)
