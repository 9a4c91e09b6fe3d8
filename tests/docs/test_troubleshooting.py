"""The page of errors quotes what the code says."""

import ast
import itertools
import re

from tests.docs.blocks import DOCS

ZOO = DOCS.parent / "zoo"
# Calls whose texts reach the user: errors, and what makes or prints them.
TELL = ("ZooError", "UnknownName", "__init__", "explained_memory", "locked", "complain")


def messages(tree):
    """Texts of errors in a module; parts of an f-string stand one after another.

    They stand in what is raised, in calls of `TELL`, or in variables that these use.
    """
    nodes = [*ast.walk(tree)]
    told = [node for node in nodes if isinstance(node, ast.Raise) or called(node) in TELL]
    used = {x.id for node in told for x in ast.walk(node) if isinstance(x, ast.Name)}
    for node in nodes:
        if isinstance(node, ast.Assign) and used & {getattr(x, "id", "") for x in node.targets}:
            told.append(node.value)
    for node in itertools.chain.from_iterable(map(ast.walk, told)):
        if isinstance(node, ast.JoinedStr):
            yield "".join(x.value if isinstance(x, ast.Constant) else "{}" for x in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def called(node):
    """The name of what a node calls, or None if it is no call."""
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "id", getattr(function, "attr", None))


def test_every_quoted_line_is_an_error_of_the_code():
    page = (DOCS / "troubleshooting.md").read_text(encoding="utf-8")
    quoted = re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)
    assert len(quoted) >= 20
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in ZOO.rglob("*.py")]
    told = "\n".join(text for tree in trees for text in messages(tree))
    told += told.replace("unknown {}", "unknown model") + told.replace("unknown {}", "unknown task")
    assert [line for line in quoted if line not in told] == []
