"""A variant in a file outside the package gets the command line, the contract's tests and the
runner, as the page says.
"""

import shutil

import pandas as pd

from benchmarks.rows import read_rows
from tests.docs.blocks import DOCS, run_blocks


def test_adding_a_variant(eager, restored, tmp_path):
    shutil.copytree(
        DOCS.parent / "tests", tmp_path / "tests", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(DOCS.parent / "pyproject.toml", tmp_path)
    run_blocks(DOCS / "adding_a_variant.md", tmp_path, python_path=[DOCS.parent])
    assert not list((DOCS.parent / "zoo").rglob("*_variant.py"))
    results = tmp_path / "runs" / "my_suite"
    row = read_rows(results)[
        "two_lstms_nano.reverse.s0"
    ]  # its command is whole, wherever it is run
    variant, suite = tmp_path.resolve() / "my_variant.py", tmp_path.resolve() / "my_suite.toml"
    assert (
        row["command"]
        == f"ZOO_VARIANTS={variant} python -m benchmarks {suite} --cell two_lstms_nano.reverse.s0"
    )
    assert list(pd.read_csv(results / "results.csv").model) == [
        "two_lstms_nano",
        "transformer_nano",
    ]
