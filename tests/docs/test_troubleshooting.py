"""The page of errors quotes what the code says."""

import ast
import re

from tests.docs.blocks import DOCS

ZOO = DOCS.parent / "zoo"


def texts():
    """Every text of the package's code; parts of an f-string stand one after another."""
    for path in ZOO.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                yield "".join(x.value if isinstance(x, ast.Constant) else "{}" for x in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_every_quoted_line_is_one_of_the_code():
    page = (DOCS / "troubleshooting.md").read_text(encoding="utf-8")
    quoted = re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)
    assert len(quoted) >= 20
    code = "\n".join(texts()).replace("unknown {}", "unknown model")
    assert [line for line in quoted if line not in code] == []
