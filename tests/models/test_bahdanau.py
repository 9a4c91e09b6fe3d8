"""Bahdanau's attention against Bahdanau et al. 2015."""

import pytest

from tests.models.equations import check_equations
from tests.models.reference.bahdanau import bilstm_bahdanau


@pytest.mark.parametrize("overrides", [
    {},
    {"embedding_units": 10, "readout_units": 12},
], ids=str)
def test_equals_the_papers_equations(parity, overrides):
    check_equations(parity, "bilstm_bahdanau_nano", bilstm_bahdanau, overrides)
