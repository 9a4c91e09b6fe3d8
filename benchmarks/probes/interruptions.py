"""`python -m benchmarks probe interruptions [SUITE]`: kills a suite and compares its rows.

SIGKILL ends the runner ten times, each time at a random moment within 1.2 times the duration of
the longest cell, and it is started again. The rows must equal those of the undisturbed run in
results/SUITE, except for timings and what ran them. Writes results/interruptions.csv.
"""

import random
import subprocess
import sys
import tempfile
import time

import pandas as pd

from benchmarks import provenance
from benchmarks.rows import read_rows
from benchmarks.suite import REPOSITORY, load_suite
from zoo.files import write_text

KILLS, SEED = 10, 0
ASIDE = ("timing", "commit", "code", "key", "hardware")  # what ran it, and when


def main(suites):
    """Returns the exit status: 0 when all rows are equal."""
    suite = load_suite(suites[0] if suites else "quick").first_seeds(1)
    committed = read_rows(REPOSITORY / "results" / suite.name)
    expected = {cell.name: committed[cell.name] for cell in suite.cells()}
    longest = max(row["timing"]["minutes"] for row in expected.values()) * 60
    rng, lines = random.Random(SEED), []
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "benchmarks",
            suite.name,
            "--work",
            f"{folder}/work",
            "--results",
            f"{folder}/results",
        ]
        for kill in range(KILLS):
            process = subprocess.Popen(
                command, cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            seconds = rng.uniform(5, 1.2 * longest)
            time.sleep(seconds)
            process.kill()
            process.wait()
            finished = len(read_rows(f"{folder}/work"))
            lines.append(
                {"kill": kill + 1, "after_seconds": round(seconds, 1), "finished_cells": finished}
            )
            print(
                f"killed after {seconds:.0f} s with {finished} of {len(expected)} cells finished",
                flush=True,
            )
        status = subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL).returncode
        found = read_rows(f"{folder}/work") if status == 0 else {}
    kept = lambda row: {key: value for key, value in row.items() if key not in ASIDE}
    differing = [
        name for name in expected if name not in found or kept(found[name]) != kept(expected[name])
    ]
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
