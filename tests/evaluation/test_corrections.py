"""F0.5 of edits against values worked out by hand."""

import numpy as np
import pytest

from zoo.evaluation.corrections import edit_counts, edits_of, f05
from zoo.evaluation.metrics import score


def test_edits_are_stretches_of_tokens():
    assert edits_of("I likes it .", "I like it.") == {(1, 2, ("like",))}
    assert edits_of("He go to home", "He goes home") == {(1, 3, ("goes",))}
    assert edits_of("so it is", "So, it is") == {(0, 1, ("So", ","))}
    assert edits_of("as it is", "as it is") == set()
    assert edits_of("don't", "do not") == {(0, 1, ("do", "not"))}


def test_precision_counts_twice():
    source, reference = "a b c d e f", "A b C d E f"
    # One of two edits is right, of three that are wanted: P 1/2, R 1/3.
    output = "A b X d e f"
    assert edit_counts([output], [(reference,)], [source]).tolist() == [[1, 2, 3]]
    precision, recall = 1 / 2, 1 / 3
    expected = 100 * 1.25 * precision * recall / (0.25 * precision + recall)
    found = score("edits_f05", [output], [(reference,)], sources=[source])
    assert found == pytest.approx(expected)


def test_the_closest_reference_counts():
    counted = edit_counts(["a B"], [("A b", "a B")], ["a b"])
    assert counted.tolist() == [[1, 1, 1]]


def test_to_leave_alone_what_is_right_is_right():
    assert f05(np.zeros(3)) == 100
    assert score("edits_f05", ["a", "b"], [("a",), ("c",)], sources=["a", "b"]) == 0
    assert score("edits_f05", ["a"], [("a",)], sources=["a"]) == 100
