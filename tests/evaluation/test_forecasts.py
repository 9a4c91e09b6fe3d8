"""Errors of forecasts against values worked out by hand."""

import numpy as np
import pytest

from zoo.errors import ZooError
from zoo.evaluation.forecasts import numbers
from zoo.evaluation.metrics import score


def text(values):
    return " ".join(map(str, values))


def test_the_scale_is_the_error_of_the_day_before():
    past = np.arange(72) * 0.5  # a day later it is 12 higher
    assert score("mase", ["40 50"], [("43 44",)], sources=[text(past)]) == pytest.approx(4.5 / 12)


def test_series_have_the_same_weight():
    past = text(range(48))
    both = score("mase", ["24", "0"], [("0",), ("0",)], sources=[past, past])
    assert both == pytest.approx(0.5)


def test_smape_by_hand_and_whatever_the_unit():
    outputs, references, sources = ["1 3", "0"], [("3 3",), ("0",)], ["1 2", "0 0"]
    found = score("smape", outputs, references, sources=sources)
    assert found == pytest.approx((200 * 0.5 / 2 + 0) / 2)
    found = score("smape", ["10 30", "0"], [("30 30",), ("0",)], sources=sources)
    assert found == pytest.approx(25)


def test_smape_adds_the_level_that_a_source_begins_with():
    found = score("smape", ["-1 1"], [("1 1",)], sources=["level=2 0 1"])
    assert found == score("smape", ["1 3"], [("3 3",)], sources=["0 1"])


def test_an_output_of_another_length_goes_on_with_its_last_number():
    past = text(range(48))
    for output, same in (
        ("5", "5 5 5"),
        ("", "0 0 0"),
        ("1 2 3 9", "1 2 3"),
        ("1 <unk> 2", "1 2 2"),
    ):
        scores = [score("mase", [x], [("1 2 3",)], sources=[past]) for x in (output, same)]
        assert scores[0] == scores[1]


def test_a_constant_series_has_no_scale():
    assert score("mase", ["2"], [("1",)], sources=[text([7] * 48)]) == 1
    assert score("mase", ["2"], [("1",)], sources=["7"]) == 1


def test_a_reference_without_numbers_is_refused():
    with pytest.raises(ZooError, match="the reference of a forecast has no number: 'x'"):
        score("smape", ["1"], [("x",)], sources=["1"])


def test_words_are_left_out():
    assert numbers("1 x 2e1 </s>").tolist() == [1, 20]


def test_words_that_are_no_finite_numbers_are_left_out():
    assert numbers("1 nan 2 inf x -3").tolist() == [1, 2, -3]
