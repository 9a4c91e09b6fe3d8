"""Messages of the errors that a user can mend."""

import pytest

from zoo.errors import (
    UnknownName,
    ZooError,
    check_choice,
    check_fraction,
    check_positive,
    first_line,
)


def test_an_unknown_name_lists_the_nearest_or_else_all():
    assert str(UnknownName("task", "revers", ["copy", "reverse"])) == (
        "unknown task 'revers'; nearest: reverse"
    )
    assert str(UnknownName("task", "???", ["copy", "add"])) == (
        "unknown task '???'; known: add, copy"
    )
    many = [f"t{i:02}" for i in range(15)]
    assert str(UnknownName("task", "?", many)).endswith(
        "; known: " + ", ".join(many[:12]) + " and 3 more"
    )
    assert str(UnknownName("task", "x", [])) == "unknown task 'x'; known: none"


def test_an_unknown_name_is_never_told_to_use_itself():
    error = UnknownName("field", "x.en", ["x.en", "x.de"])
    assert error.nearest == ["x.de"]


def test_an_unknown_name_is_caught_as_its_kind():
    for kind in (ZooError, KeyError, ValueError):
        with pytest.raises(kind):
            raise UnknownName("model", "x", ["y"])


@pytest.mark.parametrize("value", [0, -1, True, 1.0, "1", None, [1]])
def test_counts_are_whole_numbers_above_zero(value):
    check_positive(count=1)
    with pytest.raises(ZooError, match="count must be a whole number above 0, got"):
        check_positive(count=value)


@pytest.mark.parametrize("value", [1, -0.1, float("nan"), True, "0", None])
def test_fractions_are_below_one(value):
    check_fraction(share=0, other=0.99)
    with pytest.raises(ZooError, match="share must be a number from 0 to below 1, got"):
        check_fraction(share=value)


def test_choices_may_be_asked_for_by_anything():
    check_choice({"a": 1, "b": 2}, kind="a")
    for value in ("c", ["a"], None, {}):
        with pytest.raises(UnknownName, match="unknown kind"):
            check_choice({"a": 1, "b": 2}, kind=value)


def test_the_first_line_of_an_error():
    assert first_line(ValueError("one\ntwo")) == "one"
    assert first_line(ValueError("\n  two\n")) == "two"
    assert first_line(KeyboardInterrupt()) == "KeyboardInterrupt"
