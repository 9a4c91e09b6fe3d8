"""BART against Lewis et al. 2020."""

import pytest

from tests.models.equations import check_equations
from tests.models.reference.bart import bart


@pytest.mark.parametrize(
    "overrides",
    [
        {},
        {"tied_embeddings": "all", "scale_embeddings": True},
        {"tied_embeddings": "none", "decoder_depth": 1},
    ],
    ids=str,
)
def test_equals_the_papers_equations(parity, overrides):
    check_equations(parity, "bart_nano", bart, overrides)
