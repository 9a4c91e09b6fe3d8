"""A variant in a file outside the package gets the command line, the contract's tests and the
runner, as the page says.
"""

import os
import shutil

import pandas as pd

from benchmarks.__main__ import main
from benchmarks.launchers import Ended, cell_command, cell_environment
from benchmarks.rows import read_rows
from tests.docs.blocks import DOCS, run_blocks


class Here:
    """Runs each cell in this process, which has TensorFlow, in place of one of its own."""

    pause, begun, slots = 0, "", 1

    def __init__(self, suite, folder, jobs=None):
        self.suite, self.folder, self.done = suite, folder, []

    def room(self):
        return 1

    def start(self, cells):
        assert cell_environment()["ZOO_VARIANTS"] == os.path.abspath("my_variant.py")
        for cell in cells:
            words = cell_command(self.suite.argument, cell.name, self.folder)
            assert main(words[3:]) == 0
            self.done.append(Ended(cell.name))

    def ended(self):
        while self.done:
            yield self.done.pop()

    def stop(self):
        return ""


def test_adding_a_variant(traced, restored, tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.launchers.local.Local", Here)
    for kind in ("intra", "inter"):  # TensorFlow has its threads already
        setter = f"tensorflow.config.threading.set_{kind}_op_parallelism_threads"
        monkeypatch.setattr(setter, lambda threads: None)
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
