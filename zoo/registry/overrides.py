"""Checks the arguments that a user gives to a registered name: known keys, and the right types.

The type of an argument is that of its annotation, or else that of its default value.
"""

import inspect
import json
import types
import typing

from zoo.errors import ZooError

LARGEST = 2**31 - 1  # TensorFlow counts most things in 32 bits


def python_value(value):
    """A NumPy scalar as a Python number or text; any other value as it is."""
    return value.item() if hasattr(value, "item") and getattr(value, "shape", None) == () else value


def key_values(pairs):
    """Reads ["units=64", "tied_embeddings=none"] as a dict. A value is JSON where it can be.

    Raises:
        ZooError: an item without "=", or without a key.
    """
    values = {}
    for pair in pairs:
        key, found, text = pair.partition("=")
        if not found or not key:
            raise ZooError(f"expected KEY=VALUE, got '{pair}'")
        try:
            values[key] = json.loads(text)
        except (ValueError, RecursionError):
            values[key] = text
    return values


def application(overrides, **recipe):
    """A family's training in the suite `applications`, for `families` of `register_task`.

    Args:
        overrides: dict of constructor arguments of its size "mini".
        **recipe: `Recipe` fields besides those that all trainings of the suite share.
    """
    shared = {"label_smoothing": 0.0, "validation_limit": 300}
    return {"size": "mini", "overrides": dict(overrides), "recipe": recipe | shared}


def family_words(family, found):
    """What a family's name stands for on a task: ["transformer_tiny", "norm_first=true", ...].

    Args:
        found: dict, an item of `families` of `register_task`.
    """
    values = found.get("overrides", {}) | found.get("recipe", {})
    options = [f"{key}={json.dumps(value)}" for key, value in values.items()]
    return [f"{family}_{found['size']}", *options]


def check_arguments(name, function, valid, values):
    """Checks keyword arguments before `function` is called with them.

    Args:
        name: the registered name, for messages.
        function: the class or function behind the name.
        valid: names of the arguments that it takes.
        values: dict of the arguments to check.

    Raises:
        ZooError: an unknown argument, or a value of the wrong type.
    """
    parameters = parameters_of(function)
    annotations = typing.get_type_hints(
        function.__init__ if inspect.isclass(function) else function
    )
    for key, value in values.items():
        if key not in valid:
            raise ZooError(f"{name} takes no '{key}'; valid: {', '.join(valid)}")
        kinds = ()
        if key in annotations:
            kinds = kinds_of(annotations[key])
        elif key in parameters:
            default = parameters[key].default
            known = type(default) in (bool, int, float, str)
            kinds = (type(default),) if known else ()
        if kinds and not any(fits(value, kind) for kind in kinds):
            raise ZooError(f"{key} must be {described(kinds)}, got {value!r}")
        if isinstance(value, int) and abs(value) > LARGEST:
            raise ZooError(f"{key} must be between -{LARGEST} and {LARGEST}, got {value}")


def parameters_of(function):
    """Parameters by name: a function's, or a class's and those of the bases that **kwargs reach."""
    found = dict(inspect.signature(function).parameters)
    if not inspect.isclass(function):
        return found
    for base in function.__mro__[1:]:
        passed_on = any(p.kind == p.VAR_KEYWORD for p in found.values())
        if not passed_on or base.__module__.split(".")[0] == "keras":
            break
        if "__init__" in vars(base):
            for name, parameter in inspect.signature(base).parameters.items():
                found.setdefault(name, parameter)
    return found


def kinds_of(annotation):
    """The alternatives of an annotation: (int, NoneType) for `int | None`; () for any value."""
    if annotation in (typing.Any, inspect.Parameter.empty):
        return ()
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return tuple(kind for part in typing.get_args(annotation) for kind in kinds_of(part))
    return (annotation,)


def fits(value, kind):
    """Whether a value has a type. A bool is not a number; a whole number is also a float."""
    if typing.get_origin(kind) in (list, tuple):
        inner = [part for part in typing.get_args(kind) if part is not Ellipsis]
        return isinstance(value, (list, tuple)) and all(fits(x, inner[0]) for x in value)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return not isinstance(kind, type) or isinstance(value, kind)


def described(kinds):
    """Alternatives in words, such as "a whole number or null"."""
    words = {
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        str: "text",
        type(None): "null",
    }
    named = []
    for kind in kinds:
        if typing.get_origin(kind) is None:
            named.append(words.get(kind, getattr(kind, "__name__", str(kind))))
        else:
            example = '["a", "b"]' if str in typing.get_args(kind) else "[1, 2]"
            named.append(f"a list such as {example}")
    return " or ".join(dict.fromkeys(named))
