"""Runs committed rows again from what they say of themselves, and compares the scores."""

import os
import pathlib
import random
import shutil
import subprocess
import sys

from benchmarks.cell import Cell
from benchmarks.changes import DIFFERENT, EQUAL, NOISE, OPEN, compare, table
from benchmarks.launchers import cell_environment
from benchmarks.rows import known_outcomes_file, outcomes_file, read_row, row_file
from benchmarks.settings_changes import settings_that_differ
from benchmarks.suite import REPOSITORY
from zoo.errors import ZooError


def cell_of(row):
    """The cell that a row is of, with the row's own settings, and in its precision."""
    settings = in_precision(row["settings"], row["precision"])
    return Cell(row["suite"], row["model"], row["task"], row["seed"], settings, row["suite"])


def in_precision(settings, precision):
    """Settings whose recipes name a precision, since "auto" depends on the machine."""
    found = settings | {"recipe": settings["recipe"] | {"precision": precision}}
    if settings.get("pretraining"):
        found["pretraining"] = in_precision(settings["pretraining"], precision)
    return found


def drawn(paths, count, seed):
    """The rows to verify.

    Args:
        paths: of row files, or of folders that have rows/.
        count: how many to draw at random; 0 takes all.
        seed: of the drawing.

    Raises:
        ZooError: there is no such file, or no row to draw; a negative count.
    """
    if count < 0:
        raise ZooError(f"--random must be a number of rows, got {count}")
    files = []
    for path in map(pathlib.Path, paths):
        if path.is_dir():
            folder = path if path.name == "rows" else path / "rows"
            files += sorted(folder.glob("*.json"))
        elif path.is_file():
            files.append(path)
        else:
            raise ZooError(
                f"there is no {path}; name a file in results/SUITE/rows, or results/SUITE"
            )
    if not files:
        raise ZooError(f"there are no rows in {', '.join(map(str, paths))}")
    return random.Random(seed).sample(files, min(count, len(files))) if count else files


def verify(path, work):
    """Runs the cell of a row again, in a process of its own.

    Args:
        path: the row's file, in a folder rows/ beside outcomes/.
        work: path of a folder for the new row, emptied first.

    Returns:
        The list of `Change`s from the old row to the new one.

    Raises:
        ZooError: the row is broken, or its cell fails now.
    """
    path = pathlib.Path(path)
    row = read_row(path)
    name = cell_of(row).name
    shutil.rmtree(work, ignore_errors=True)
    old = work / "old"
    outcomes = known_outcomes_file(path.parent.parent, name, row)
    for source, copy in ((path, row_file(old, name)), (outcomes, outcomes_file(old, name))):
        if source.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
    words = ["-m", "benchmarks", "--cell", str(path.resolve()), "--work", str(work / "new")]
    log = work / "log"
    with open(log, "w") as output:
        done = subprocess.run(
            [sys.executable, *words],
            env=os.environ | cell_environment(),
            cwd=REPOSITORY,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    if done.returncode:
        last = log.read_text(errors="replace").strip().splitlines()[-1:]
        raise ZooError(f"{path.stem} cannot be run again: {''.join(last)} (log: {log})")
    return compare(old, work / "new", siblings=path.parent.parent)


def in_words(changes):
    """What the changes of a row's scores, not all equal, say of the row."""
    verdicts = {found.verdict for found in changes}
    if DIFFERENT in verdicts:
        return "different"
    if NOISE in verdicts:
        return "equal within the interval"
    scores = "not equal" if EQUAL not in verdicts else "some scores differ"
    if all(found.difference is None for found in changes if found.verdict == OPEN):
        return f"{scores}, and the row has no outcomes per example to judge them by"
    return (
        f"{scores}; whether by more than chance cannot be said, since no other seed of the model "
        "has a row to tell how far seeds are apart"
    )


def main(paths, count=0, seed=0, work=REPOSITORY / "runs" / "verify"):
    """Verifies rows and prints what was found.

    Returns 1 if a row differs, or if none of its unequal scores can be compared, else 0.
    """
    differing = 0
    for path in drawn(paths, count, seed):
        changes = verify(path, work / path.stem)
        verdicts = {found.verdict for found in changes}
        if verdicts == {EQUAL}:
            print(f"{path.stem}: equal to the last digit", flush=True)
            continue
        failed = DIFFERENT in verdicts or NOISE not in verdicts
        differing += failed
        print(f"{path.stem}: {in_words(changes)}")
        print(table(changes, ("committed", "now")))
        print(
            "\n".join(settings_that_differ(work / path.stem / "old", work / path.stem / "new")),
            flush=True,
        )
    return int(differing > 0)
