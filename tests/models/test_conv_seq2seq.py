"""Convolutional sequence to sequence against Gehring et al. 2017."""

import numpy as np
import pytest

import zoo
from tests.models.equations import check_equations
from tests.models.reference.conv_seq2seq import conv_seq2seq


@pytest.mark.parametrize(
    "overrides",
    [
        {},
        {"embedding_units": 10, "kernel": 4, "depth": 3},
        {"weight_norm": False, "kernel": 5},
        {"blocks": [[12, 3], [12, 3], [20, 1]], "embedding_units": 8},
    ],
    ids=str,
)
def test_equals_the_papers_equations(parity, overrides):
    check_equations(parity, "conv_seq2seq_nano", conv_seq2seq, overrides)


def test_a_normalised_weight_starts_as_long_as_the_paper_draws_it():
    model = zoo.create("conv_seq2seq_nano", 20, 20, units=200, dropout=0.2)
    w = {v.path.split("/", 1)[1]: np.asarray(v) for v in model.trainable_variables}
    for name, gain in (
        ("encoder_0/convolution", 4 * 0.8),
        ("encoder_output", 1.0),
        ("output", 0.8),
    ):
        length = np.sqrt((w[f"{name}/kernel"] ** 2).sum(0))
        np.testing.assert_allclose(w[f"{name}/scale"], gain**0.5, rtol=1e-6)
        assert abs(length.mean() / gain**0.5 - 1) < 0.05


def test_a_sequence_longer_than_the_positions_is_refused():
    model = zoo.create("conv_seq2seq_nano", 20, 20, max_positions=6)
    short, long = np.full((2, 6), 4, "int32"), np.full((2, 7), 4, "int32")
    model((short, short))
    for source, target in ((long, short), (short, long)):
        with pytest.raises(
            zoo.ZooError, match="7 tokens is longer than the model's 6 positions.*max_positions=7"
        ):
            model((source, target))
    with pytest.raises(zoo.ZooError, match="max_positions=9"):
        model.start(model.encode(short), 9)


@pytest.mark.parametrize("blocks", ["[[512, 3]]", [], [[512]], [[512, 0]], 3], ids=repr)
def test_blocks_must_be_pairs(blocks):
    with pytest.raises(zoo.ZooError, match="pairs|above 0"):
        zoo.create("conv_seq2seq_nano", 20, 20, blocks=blocks)
