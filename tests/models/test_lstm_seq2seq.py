"""The LSTM Seq2Seq against Sutskever et al. 2014."""

import pytest

from tests.models.equations import check_equations
from tests.models.reference.lstm_seq2seq import lstm_seq2seq


@pytest.mark.parametrize(
    "overrides",
    [
        {},
        {"reverse": False, "depth": 3},
        {"uniform": 0.08, "depth": 1},
    ],
    ids=str,
)
def test_equals_the_papers_equations(parity, overrides):
    check_equations(parity, "lstm_seq2seq_nano", lstm_seq2seq, overrides, attends=False)
