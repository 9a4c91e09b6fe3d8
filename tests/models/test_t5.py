"""T5 against Raffel et al. 2020."""

import math

import numpy as np
import pytest

import zoo
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


@pytest.mark.parametrize("tied", ["target", "inputs", "none"])
def test_the_first_loss_is_near_that_of_a_guess(tied):
    """An output matrix of its own starts small enough for logits that are not scaled."""
    model = zoo.create("t5_v1_1_nano", 32, 32, tied_embeddings=tied)
    source, target = np.random.default_rng(0).integers(4, 32, (2, 4, 8))
    loss = float(zoo.TokenCrossentropy()(target, model((source, target))))
    assert abs(loss - math.log(32)) < 1.5
