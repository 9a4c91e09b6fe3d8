"""Every public name of the zoo says which types it takes and returns."""

import inspect

import pytest

import zoo

NAMES = [name for name in zoo.__all__ if name != "__version__"]


def own_functions(value):
    """The function itself, or the constructor and the public methods that a class defines."""
    if inspect.isfunction(value):
        return {value.__name__: value}
    found = {}
    for name, member in vars(value).items():
        member = getattr(member, "fget", None) or getattr(member, "__func__", member)
        member = getattr(member, "func", member)  # functools.cached_property
        public = name == "__init__" or not name.startswith("_")
        if public and inspect.isfunction(member) and member.__module__.startswith("zoo"):
            found[f"{value.__name__}.{name}"] = inspect.unwrap(member)
    return found


def gaps(function):
    """The parameters of a function that have no type, and "return" where the result has none."""
    signature = inspect.signature(function)
    found = [
        name
        for name, parameter in signature.parameters.items()
        if parameter.annotation is parameter.empty and name not in ("self", "cls", "kwargs", "args")
    ]
    missing = signature.return_annotation is signature.empty and function.__name__ != "__init__"
    return found + ["return"] * missing


@pytest.mark.parametrize("name", NAMES)
def test_types_are_complete(name):
    without = {key: gaps(f) for key, f in own_functions(getattr(zoo, name)).items() if gaps(f)}
    assert without == {}


def test_a_gap_is_found():
    def half(a: int, b):
        return a

    assert gaps(half) == ["b", "return"]
