"""Both models with Bahdanau's attention against Bahdanau et al. 2015."""

import pytest

from tests.models.equations import check_equations
from tests.models.reference import bahdanau

OVERRIDES = [
    {},
    {"embedding_units": 10, "readout_units": 12},
]


@pytest.mark.parametrize("overrides", OVERRIDES, ids=str)
def test_equals_the_papers_equations(parity, overrides):
    check_equations(parity, "bilstm_bahdanau_nano", bahdanau.bilstm_bahdanau, overrides)


@pytest.mark.parametrize("overrides", OVERRIDES, ids=str)
def test_rnnsearch_equals_the_papers_equations(parity, overrides):
    check_equations(parity, "rnnsearch_nano", bahdanau.rnnsearch, overrides)
