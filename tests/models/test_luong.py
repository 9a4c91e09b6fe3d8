"""Luong's attention against Luong et al. 2015."""

import pytest

import zoo
from tests.models.equations import check_equations, check_steps_and_gradients
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
def test_equals_the_papers_equations_steps_as_it_decodes_and_learns(parity, overrides):
    model = check_equations(parity, "bilstm_luong_nano", bilstm_luong, overrides)
    if overrides:  # the contract's tests do the same without
        check_steps_and_gradients(model)


def test_bad_options_say_what_is_wrong():
    for overrides, message in [
        ({"score": "dots"}, "nearest: dot"),
        ({"window": "local_m"}, "nearest: local_p"),
        ({"units": 15}, "units must be even"),
        ({"half_width": 0}, "half_width must be"),
    ]:
        with pytest.raises(zoo.ZooError, match=message):
            zoo.create("bilstm_luong_nano", 20, 20, **overrides)
