"""T5 against Raffel et al. 2020."""

import pytest

from tests.models.equations import check_equations
from tests.models.reference.t5 import t5


@pytest.mark.parametrize(
    "overrides",
    [
        {},
        {"tied_embeddings": "all", "buckets": 8, "max_distance": 6},
        {"tied_embeddings": "none", "head_units": 5},
        {"decoder_depth": 1},
    ],
    ids=str,
)
def test_equals_the_papers_equations(parity, overrides):
    check_equations(parity, "t5_nano", t5, overrides)


@pytest.mark.parametrize("overrides", [{}, {"tied_embeddings": "inputs"}], ids=str)
def test_version_1_1_equals_the_papers_equations(parity, overrides):
    check_equations(parity, "t5_v1_1_nano", t5, overrides)
