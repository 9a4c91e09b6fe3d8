"""The RNN Encoder-Decoder against Cho et al. 2014."""

import pytest

import zoo
from tests.models.equations import check_equations, check_steps_and_gradients
from tests.models.reference.rnn_encoder_decoder import rnn_encoder_decoder


@pytest.mark.parametrize(
    "overrides",
    [
        {},
        {"embedding_units": 6, "readout_units": 5},
        {"reset_after": True},
        {"cell": "tanh"},
        {"cell": "tanh", "embedding_units": 6, "readout_units": 5},
    ],
    ids=str,
)
def test_equals_the_papers_equations_and_a_tanh_cell_steps_as_it_decodes_and_learns(
    parity, overrides
):
    model = check_equations(
        parity, "rnn_encoder_decoder_nano", rnn_encoder_decoder, overrides, attends=False
    )
    if overrides == {"cell": "tanh"}:  # of a GRU the contract's tests ask this
        check_steps_and_gradients(model)


def test_bad_options_say_what_is_wrong():
    for overrides, message in [
        ({"cell": "lstm"}, "unknown cell .lstm.; known: gru, tanh"),
        ({"cell": "tanh", "reset_after": True}, "a tanh cell has no reset gate"),
    ]:
        with pytest.raises(zoo.ZooError, match=message):
            zoo.create("rnn_encoder_decoder_nano", 20, 20, **overrides)
