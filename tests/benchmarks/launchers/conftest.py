"""A suite whose cells are stand-ins that need no TensorFlow."""

import json
import pathlib
import shutil
import sys

import pytest

import benchmarks.launchers.local
import benchmarks.launchers.slurm
from benchmarks.runner import Runner
from benchmarks.suite import load_suite

STAND_IN = pathlib.Path(__file__).parents[1] / "stand_in_cell.py"


def command(argument, name, folder):
    """The words of the stand-in, in place of `cell_command`."""
    return [sys.executable, str(STAND_IN), argument, "--cell", name, "--work", str(folder)]


class Given:
    """The smoke suite, its working folder, and the folder that tells the stand-ins what to do."""

    def __init__(self, folder):
        self.suite = load_suite("smoke")
        self.cells = [cell.name for cell in self.suite.cells()]
        self.work, self.folder = folder / "work", folder / "given"
        self.folder.mkdir()
        metrics = {"greedy": {"metrics": {}}, "beam": {"metrics": {}}}
        for cell in self.suite.cells():
            row = {"key": cell.key, "scores": metrics, "timing": {"cell": cell.name}}
            (self.folder / f"{cell.name}.json").write_text(json.dumps(row))

    def take(self, finished):
        """Gives the stand-ins the rows and outcomes of a real run."""
        for name in self.cells:
            shutil.copy(finished / "work" / "rows" / f"{name}.json", self.folder)
            shutil.copy(finished / "work" / "outcomes" / f"{name}.tsv.xz", self.folder)

    def say(self, number, state):
        """Tells a cell what to do."""
        (self.folder / f"{self.cells[number]}.{state}").touch()

    def forget(self):
        """Takes back what a cell that was killed early has not read."""
        for state in ("die", "hang", "wait", "fail"):
            for path in self.folder.glob(f"*.{state}"):
                path.unlink()

    def starts(self):
        """How often each cell has been started."""
        paths = [self.folder / f"{name}.starts" for name in self.cells]
        return [path.read_text().count("\n") if path.exists() else 0 for path in paths]

    def rows(self):
        """The rows in the working folder, equal to those of an undisturbed run or not."""
        rows = {path.stem: path.read_bytes() for path in (self.work / "rows").glob("*.json")}
        for name, data in rows.items():
            assert data == (self.folder / f"{name}.json").read_bytes()
        return sorted(rows)

    def runner(self):
        """A new runner."""
        return Runner(self.suite, self.work)


@pytest.fixture
def given(tmp_path, monkeypatch):
    given = Given(tmp_path)
    monkeypatch.setenv("ZOO_STAND_IN", str(given.folder))
    for module in (benchmarks.launchers.local, benchmarks.launchers.slurm):
        monkeypatch.setattr(module, "cell_command", command)
    return given
