"""The RNN Encoder-Decoder against Cho et al. 2014."""

import numpy as np
import pytest

import zoo
from tests.contract.conftest import assert_close, ids, make, unrolled
from tests.contract.test_training import gradients
from tests.models.equations import check_equations
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
def test_equals_the_papers_equations(parity, overrides):
    check_equations(
        parity, "rnn_encoder_decoder_nano", rnn_encoder_decoder, overrides, attends=False
    )


def test_a_tanh_cell_steps_as_it_decodes_and_every_weight_learns():
    model, (source, target) = make("rnn_encoder_decoder_nano", cell="tanh"), ids()
    assert_close(unrolled(model, source, target)[0], model((source, target)))
    found = gradients(model, lambda s, t: model((s, t), training=True), source, target)
    assert not [
        v.path
        for v, g in zip(model.trainable_variables, found)
        if g is None or not np.abs(g).max() > 0
    ]


def test_bad_options_say_what_is_wrong():
    for overrides, message in [
        ({"cell": "lstm"}, "unknown cell .lstm.; known: gru, tanh"),
        ({"cell": "tanh", "reset_after": True}, "a tanh cell has no reset gate"),
    ]:
        with pytest.raises(zoo.ZooError, match=message):
            zoo.create("rnn_encoder_decoder_nano", 20, 20, **overrides)
