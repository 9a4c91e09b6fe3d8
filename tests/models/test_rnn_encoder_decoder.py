"""The RNN Encoder-Decoder against Cho et al. 2014."""

import pytest

from tests.models.equations import check_equations
from tests.models.reference.rnn_encoder_decoder import rnn_encoder_decoder


@pytest.mark.parametrize(
    "overrides",
    [
        {},
        {"embedding_units": 6, "readout_units": 5},
        {"reset_after": True},
    ],
    ids=str,
)
def test_equals_the_papers_equations(parity, overrides):
    check_equations(
        parity, "rnn_encoder_decoder_nano", rnn_encoder_decoder, overrides, attends=False
    )
