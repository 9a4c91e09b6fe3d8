"""A variant is added to a copy of the package as the page says, and the contract's own tests pass on it."""

import shutil

from tests.docs.blocks import DOCS, run_blocks


def test_adding_a_variant(tmp_path):
    skip = shutil.ignore_patterns("__pycache__")
    for part in ("zoo", "tests"):
        shutil.copytree(DOCS.parent / part, tmp_path / part, ignore=skip)
    shutil.copy(DOCS.parent / "pyproject.toml", tmp_path)
    run_blocks(DOCS / "adding_a_variant.md", tmp_path, python_path=[tmp_path])
