"""Whisper against its paper's equations. tests/pretrained has transformers' Whisper."""

import numpy as np
import pytest
from transformers.models.whisper.modeling_whisper import sinusoids

import zoo
from tests.contract.conftest import ids
from tests.models.equations import check_equations
from tests.models.reference.whisper import whisper
from zoo.decoding import Greedy, generate
from zoo.errors import ZooError


@pytest.mark.parametrize("overrides", [{}, {"decoder_depth": 1, "activation": "relu"}], ids=str)
def test_equals_the_papers_equations(parity, overrides):
    check_equations(parity, "whisper_nano", whisper, overrides)


def test_the_sinusoids_are_those_of_the_released_code():
    table = zoo.create("whisper_nano", 9, 9).source_positions.table
    expected = sinusoids(64, 16).numpy()
    np.testing.assert_allclose(np.asarray(table), expected, atol=2e-6)
    assert not table.trainable


def test_a_source_that_is_too_long_says_how_many_places_are_enough():
    model = zoo.create("whisper_nano", 9, 9, max_source=8)
    assert model.longest_source(5) == 8
    with pytest.raises(ZooError, match="source of up to 10 .* than the 8 .* max_source=10"):
        generate(model, [[5] * 9], Greedy(), 5, jit=False)


def test_a_vocabulary_without_padding_never_predicts_it():
    logits = np.asarray(zoo.create("whisper_nano", 20, 20, padding_token=False)(ids()))
    assert np.exp(logits[..., 0] - logits.max(-1)).max() < 1e-12


@pytest.mark.parametrize("options", [{"units": 15, "heads": 3}, {"heads": 3}])
def test_sizes_that_do_not_fit(options):
    with pytest.raises(ZooError, match="must be even and a multiple of heads"):
        zoo.create("whisper_nano", 9, 9, **options)
