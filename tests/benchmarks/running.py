"""Runs of the smoke suite, in this process and in others."""

import contextlib
import io
import pathlib
import subprocess
import sys
import time
from types import SimpleNamespace

from benchmarks.__main__ import main
from benchmarks.rows import read_rows
from benchmarks.suite import REPOSITORY


def words(folder, *first):
    """Arguments of a command that works in `folder`."""
    work = [] if first[0] == "report" else ["--work", str(folder / "work")]
    return [*first, *work, "--results", str(folder / "work")]


def command(folder, *first):
    return [sys.executable, "-m", "benchmarks", *words(folder, *first)]


def call(folder, *first):
    """Runs a command in this process. Only the cells that it runs have processes of their own."""
    output, complaints = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(complaints):
        status = main(words(folder, *first))
    return SimpleNamespace(
        returncode=status, stdout=output.getvalue(), stderr=complaints.getvalue()
    )


def start(folder):
    """Starts a runner of the smoke suite as a process."""
    return subprocess.Popen(
        command(folder, "smoke"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    )


def children(work):
    """Ids of the processes that run a cell in this working folder."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if "--cell" in words and str(work) in words:
            found.append(int(path.parent.name))
    return found


def wait(condition, seconds):
    deadline = time.time() + seconds
    while not condition() and time.time() < deadline:
        time.sleep(0.05)
    return bool(condition())


def scores(folder):
    """The rows without what depends on the clock."""
    rows = read_rows(folder)
    return {
        name: {key: value for key, value in row.items() if key != "timing"}
        for name, row in rows.items()
    }
