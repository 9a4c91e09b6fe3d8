"""GNMT against Wu et al. 2016."""

import pytest

from tests.models.equations import check_equations
from tests.models.reference.gnmt import gnmt


@pytest.mark.parametrize(
    "overrides",
    [
        {},
        {"depth": 1},
        {"depth": 2, "units": 10},
        {"depth": 8, "units": 8},
    ],
    ids=str,
)
def test_equals_the_papers_equations(parity, overrides):
    check_equations(parity, "gnmt_nano", gnmt, overrides)
