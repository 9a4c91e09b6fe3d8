"""Part `quick`: the suite of the README's table, first seed, on the card."""

import os
import subprocess
import sys

import numpy as np

from benchmarks.launchers import cell_environment
from benchmarks.rows import first_score, read_rows
from benchmarks.suite import REPOSITORY, load_suite
from zoo.errors import ZooError

TITLE = "The quick table"
TEXT = """The cells of the suite `quick` with the first seed: their first metric, greedy, beside the
committed row's, which a CPU gave."""


def steps(rehearse):
    """The suite's cells, or one of the suite `smoke`."""
    suite = load_suite("smoke" if rehearse else "quick").first_seeds(1)
    cells = suite.cells()[:1] if rehearse else suite.cells()
    return {cell.name: dict(suite=suite.name, cell=cell.name) for cell in cells}


def measure(folder, peer_python, suite, cell):
    """Runs a cell in a process of its own: a row with its score and speeds.

    Raises:
        ZooError: the cell failed.
    """
    work = folder / "logs" / suite
    words = [sys.executable, "-m", "benchmarks", suite, "--cell", cell, "--work", str(work)]
    environment = os.environ | cell_environment()
    done = subprocess.run(words, env=environment, cwd=REPOSITORY, stdout=sys.stderr)
    row = read_rows(work).get(cell)
    if done.returncode or row is None:
        raise ZooError(f"the cell {cell} failed")
    committed = read_rows(REPOSITORY / "results" / suite).get(cell)
    training, decoding = row["timing"]["training"], row["timing"]["decoding"]
    return {
        "precision": row["precision"],
        "score": first_score(row),
        "committed_score": first_score(committed) if committed else np.nan,
        "training_tokens_per_second": training["tokens_per_second"],
        "sentences_per_second": decoding["greedy"]["sentences_per_second"],
        "minutes": row["timing"]["minutes"],
    }
