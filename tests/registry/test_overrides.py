"""What a registered name may be asked to change, and values of the right type."""

import numpy as np
import pytest

import zoo
from zoo.errors import ZooError
from zoo.registry.overrides import LARGEST, check_arguments, key_values


def example(
    text,
    flag: bool | None = None,
    names: list[str] | None = None,
    both: str | list[str] = "a",
    rate=0.5,
    count=3,
    on=True,
    kind="a",
    free=None,
):
    """A registered function."""


VALID = ["text", "flag", "names", "both", "rate", "count", "on", "kind", "free"]


@pytest.mark.parametrize(
    "key, value, words",
    [
        ("flag", "maybe", "flag must be true or false or null, got 'maybe'"),
        ("flag", 1, "flag must be true or false"),
        ("names", 5, r'names must be a list such as \["a", "b"\] or null, got 5'),
        ("names", [1], "names must be a list"),
        ("names", "ab", "names must be a list"),
        ("both", 5, "both must be text or a list"),
        ("rate", "fast", "rate must be a number, got 'fast'"),
        ("rate", True, "rate must be a number"),
        ("count", 2.5, "count must be a whole number, got 2.5"),
        ("count", False, "count must be a whole number"),
        (
            "count",
            LARGEST + 1,
            f"count must be between -{LARGEST} and {LARGEST}, got {LARGEST + 1}",
        ),
        ("count", -(10**30), f"count must be between -{LARGEST}"),
        ("on", "False", "on must be true or false, got 'False'"),
        ("kind", 5, "kind must be text, got 5"),
        ("kinds", "a", "example takes no 'kinds'; valid: text, flag"),
    ],
)
def test_a_value_of_another_type_is_refused(key, value, words):
    with pytest.raises(ZooError, match=words):
        check_arguments("example", example, VALID, {key: value})


def test_values_that_fit_are_taken():
    values = dict(flag=None, names=["a"], both=["a"], rate=1, count=LARGEST, on=False, kind="b")
    check_arguments("example", example, VALID, values | {"free": object(), "text": 5})


def test_numpy_scalars_become_pythons():
    task = zoo.create_task("reverse", train=np.int64(5), validation=np.int32(2), test=2)
    assert task.options["train"] == 5 and type(task.options["train"]) is int
    recipe = zoo.Recipe(epochs=np.int64(2), learning_rate=np.float64(0.5), compiled=np.bool_(False))
    assert (recipe.epochs, recipe.learning_rate, recipe.compiled) == (2, 0.5, False)
    assert [type(x) for x in (recipe.epochs, recipe.compiled)] == [int, bool]
    with pytest.raises(ZooError, match="train must be a whole number, got array"):
        zoo.create_task("reverse", train=np.array([5]))


def test_a_value_is_json_where_it_can_be():
    pairs = ["units=64", "tied=none", 'columns=["a", "b"]', "rate=1e-3", "text=a=b", "none="]
    assert key_values(pairs) == {
        "units": 64,
        "tied": "none",
        "columns": ["a", "b"],
        "rate": 1e-3,
        "text": "a=b",
        "none": "",
    }
    assert key_values(["deep=" + "[" * 100_000])["deep"].startswith("[[")


@pytest.mark.parametrize("pair", ["units", "=3", ""])
def test_a_pair_without_key_or_value_is_refused(pair):
    with pytest.raises(ZooError, match="expected KEY=VALUE"):
        key_values([pair])
