"""Luong's attention against Luong et al. 2015."""

import numpy as np
import pytest

import zoo
from tests.contract.conftest import assert_close, ids, make, unrolled
from tests.contract.test_training import gradients
from tests.models.equations import check_equations
from tests.models.reference.luong import bilstm_luong

VARIANTS = [
    {},
    {"score": "dot"},
    {"score": "concat", "depth": 3},
    {"input_feeding": False},
    {"score": "dot", "input_feeding": False, "depth": 2},
    {"score": "concat", "input_feeding": False},
    {"window": "local_p"},
    {"window": "local_p", "half_width": 2, "score": "dot", "input_feeding": False},
    {"window": "local_p", "half_width": 3, "score": "concat", "depth": 2},
]


@pytest.mark.parametrize("overrides", VARIANTS, ids=str)
def test_equals_the_papers_equations(parity, overrides):
    check_equations(parity, "bilstm_luong_nano", bilstm_luong, overrides)


@pytest.mark.parametrize("overrides", VARIANTS[1:], ids=str)
def test_every_option_steps_as_it_decodes_and_every_weight_learns(overrides):
    model, (source, target) = make("bilstm_luong_nano", **overrides), ids()
    assert_close(unrolled(model, source, target)[0], model((source, target)))
    found = gradients(model, lambda s, t: model((s, t), training=True), source, target)
    assert not [
        v.path
        for v, g in zip(model.trainable_variables, found)
        if g is None or not np.abs(g).max() > 0
    ]


def test_bad_options_say_what_is_wrong():
    for overrides, message in [
        ({"score": "dots"}, "nearest: dot"),
        ({"window": "local_m"}, "nearest: local_p"),
        ({"units": 15}, "units must be even"),
        ({"half_width": 0}, "half_width must be"),
    ]:
        with pytest.raises(zoo.ZooError, match=message):
            zoo.create("bilstm_luong_nano", 20, 20, **overrides)
