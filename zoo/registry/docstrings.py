"""What arguments mean, read from docstrings, for help texts and the site."""

import inspect
import pydoc
import re

TYPE = re.compile(r"^(int|float|bool|str)( or None)?, ")  # in front of a meaning
ENTRY = re.compile(r"^    ([\w*][\w*, ]*): (.*)$")  # "units, depth: int, ..." below "Args:"
ELSEWHERE = re.compile(r"Options are those of `([\w.]+)`")


def meanings(function):
    """What the arguments of a function mean: name -> text on one line.

    They are read from its docstring, and from that of the function to which it points.
    """
    docstring = function.__doc__ or ""
    elsewhere = ELSEWHERE.search(docstring)
    shared = pydoc.locate(elsewhere[1]) if elsewhere else None
    return described(getattr(shared, "__doc__", None) or "") | described(docstring)


def described(docstring):
    """The entries of the section "Args:" of a Google docstring: name -> text on one line."""
    found, names = {}, ()
    _, _, section = inspect.cleandoc(docstring).partition("\nArgs:\n")
    for line in section.splitlines():
        if line and not line.startswith(" "):
            break
        if entry := ENTRY.match(line):
            names = entry[1].split(", ")
            found |= dict.fromkeys(names, entry[2])
        elif line.strip():
            found |= {name: f"{found[name]} {line.strip()}" for name in names}
    return {name: TYPE.sub("", text) for name, text in found.items()}
