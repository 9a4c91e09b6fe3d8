"""What the arguments of a class mean, read from its docstring and those of its bases."""

import inspect

from zoo.registry.docstrings import described


def meanings(make):
    """The arguments of a class and its bases: name -> what the docstring says of it."""
    found = {"dtype": "the precision, such as `mixed_bfloat16`; None is Keras' own setting."}
    for kind in reversed(inspect.getmro(make)):
        if kind.__module__.startswith("zoo."):
            found |= described(kind.__dict__.get("__doc__") or "")
    return found
