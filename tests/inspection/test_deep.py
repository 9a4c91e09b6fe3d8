"""Counts of deep models from shallow ones."""

import pytest

from zoo.inspection.abstract import abstract_model, trainable
from zoo.inspection.deep import count_by_depth
from zoo.inspection.flops import target_token_flops
from zoo.inspection.trace import trace


@pytest.mark.parametrize("name", ["marian_midi", "gnmt_midi", "whisper_midi"])
def test_operations_are_those_of_the_model_itself(name):
    expected = target_token_flops(trace(abstract_model(name)))
    assert count_by_depth(name, lambda model: target_token_flops(trace(model))) == expected


def test_a_deep_model_is_never_made():
    made = []
    count_by_depth("t5_11b", lambda model: made.append(model) or trainable(model))
    assert max(trainable(model) for model in made) < 1e9
