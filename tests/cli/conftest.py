"""Two tiny runs with different vocabularies, and the command, in this process or its own."""

import io
import re
import shutil
import sys

import pytest

from tests.once import make_once
from tests.tracing import run_eagerly
from zoo.cli.main import main

TASK = [
    "--task-option",
    "symbols=5",
    "--task-option",
    "max_length=4",
    "--task-option",
    "train=200",
    "--task-option",
    "validation=16",
    "--task-option",
    "test=40",
]
QUICK = ["--epochs", "1", "--tokens", "200", "--buckets", "1", "--no-compiled"]


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    """A folder with runs/attentive, which has attention, runs/plain and runs/other, without.

    Every worker has a copy of its own, since commands write into runs.
    """

    def make(folder):
        folder.mkdir()
        transformer, lstm = "transformer_nano", "lstm_seq2seq_nano"
        with pytest.MonkeyPatch.context() as patch, run_eagerly():
            patch.chdir(folder)
            for name, model, options in (
                ("attentive", transformer, []),
                ("plain", lstm, []),
                ("other", lstm, ["--task-option", "symbols=6"]),
            ):
                words = ["train", model, "reverse", "--set", "depth=1", "--out", f"runs/{name}"]
                assert main([*words, *TASK, *QUICK, *options]) == 0

    made = make_once(tmp_path_factory, "runs_of_the_command", make)
    return shutil.copytree(made, tmp_path_factory.mktemp("work") / "folder")


@pytest.fixture
def here(runs, monkeypatch):
    """Works in the folder of the runs."""
    monkeypatch.chdir(runs)
    return runs


@pytest.fixture
def refused(capsys):
    """Calls the command and returns the one line that it complains with."""

    def call(*words):
        capsys.readouterr()
        status = main([str(word) for word in words])
        output, complaint = capsys.readouterr()
        assert status == 2 and not output
        assert (
            complaint.startswith("zoo: ")
            and complaint.count("\n") == 1
            and complaint.endswith("\n")
        )
        return complaint

    return call


@pytest.fixture
def mistake(here, refused):
    """Holds a call's complaint to a pattern. The runs stay as they are."""

    def check(words, message):
        before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}
        assert re.search(message, refused(*words))
        assert {path: path.read_bytes() for path in here.rglob("*") if path.is_file()} == before

    return check


@pytest.fixture
def said(capsys):
    """Calls the command and returns what it prints."""

    def call(*words):
        capsys.readouterr()
        assert main([str(word) for word in words]) == 0
        return capsys.readouterr().out

    return call


def type_in(monkeypatch, data):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
