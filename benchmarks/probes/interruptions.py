"""`python -m benchmarks probe interruptions [SUITE]`: kills a suite and compares its rows.

The suite, by default the eight tiny cells of interruptions.toml beside this file, runs undisturbed
first. Then SIGKILL ends the runner ten times, each time at a random moment within one and a half
times the duration of the longest cell, and it is started again. The rows must be the same, except
for timings. Writes results/interruptions.csv.
"""

import pathlib
import random
import subprocess
import sys
import tempfile
import time

import pandas as pd

from benchmarks import provenance
from benchmarks.rows import differing_rows, read_rows
from benchmarks.suite import REPOSITORY, load_suite
from zoo.errors import ZooError
from zoo.files import write_text

KILLS, SEED = 10, 0
TINY = pathlib.Path(__file__).with_suffix(".toml")
QUIET = {"cwd": REPOSITORY, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def main(suites):
    """Kills a suite, with its first seed. Returns the exit status: 0 when all rows are equal."""
    suite = load_suite(suites[0] if suites else str(TINY)).first_seeds(1)
    rng, lines = random.Random(SEED), []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        print(f"running {suite.name} undisturbed", flush=True)
        started = time.monotonic()
        expected = finish(suite, folder / "whole")
        print(f"{len(expected)} cells after {time.monotonic() - started:.0f} s", flush=True)
        latest = max(row["timing"]["minutes"] for row in expected.values()) * 60 * 1.5
        for kill in range(KILLS):
            process = subprocess.Popen(command(suite, folder / "killed"), **QUIET)
            seconds = rng.uniform(5, latest)
            time.sleep(seconds)
            alive = process.poll() is None
            process.kill()
            process.wait()
            finished = len(read_rows(folder / "killed" / "work"))
            line = {"kill": kill + 1, "after_seconds": round(seconds, 1), "alive": alive}
            lines.append(line | {"finished_cells": finished})
            print(
                f"killed after {seconds:.0f} s with {finished} of {len(expected)} cells finished",
                flush=True,
            )
        found = finish(suite, folder / "killed")
    differing = differing_rows(expected, found)
    table = pd.DataFrame(lines).assign(
        suite=suite.name,
        rows=len(expected),
        differing_rows=len(differing),
        commit=provenance.commit(),
    )
    write_text(REPOSITORY / "results" / "interruptions.csv", table.to_csv(index=False))
    print(f"{len(expected) - len(differing)} of {len(expected)} rows equal the undisturbed run's")
    print("".join(f"differs: {name}\n" for name in differing), end="")
    return 1 if differing else 0


def command(suite, folder):
    """The command that runs a suite in a folder, and nowhere else."""
    words = ["--work", folder / "work", "--results", folder / "results"]
    return [sys.executable, "-m", "benchmarks", suite.argument, *map(str, words)]


def finish(suite, folder):
    """Runs a suite to its end. Returns its rows. Raises `ZooError` if it fails."""
    if subprocess.run(command(suite, folder), **QUIET).returncode:
        raise ZooError(f"the suite failed; try: python -m benchmarks {suite.argument}")
    return read_rows(folder / "work")
