"""`python -m benchmarks probe killed_training`: kills a training 30 times and compares its end.

`zoo train` trains a Transformer with dropout, a moving average of its weights and accumulated
batches: once undisturbed, and once while SIGKILL ends it again and again. Most kills come some time
after another epoch, so during a step, a validation or a write, and some while it loads. `zoo train
--resume` continues. Weights, optimizer, averages, dropout seeds and position must be equal in every
bit, and every checkpoint on the way must be readable. Writes results/killed_training.csv.
"""

import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time

import numpy as np
import pandas as pd

from benchmarks import provenance
from benchmarks.suite import REPOSITORY
from zoo.errors import ZooError
from zoo.files import write_text
from zoo.runs.folder import read_history

KILLS, SEED, EPOCHS = 30, 0, 200
LOADING, TRAINING = (
    10.0,
    2.5,
)  # seconds, at most: after the start of a process, or after it has finished an epoch
WHILE_LOADING, PATIENCE = 0.2, 120.0  # share of kills; seconds in which an epoch must finish
QUIET = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
TIMES = ("tokens", "seconds", "compile_seconds")  # of the position, which depend on the clock
TRAIN = [
    "transformer_nano",
    "reverse",
    "--epochs",
    str(EPOCHS),
    "--tokens",
    "512",
    "--buckets",
    "2",
    "--set",
    "dropout=0.2",
    "--moving-average",
    "0.9",
    "--accumulate",
    "2",
    "--validation-limit",
    "50",
    "--task-option",
    "max_length=8",
    "--task-option",
    "train=3000",
    "--task-option",
    "validation=50",
    "--task-option",
    "test=50",
]


def command(*words):
    """The `zoo` command of this environment."""
    return [sys.executable, "-m", "zoo", *map(str, words)]


def run(words):
    """Runs a command to its end. Returns its exit status."""
    return subprocess.run(words, cwd=REPOSITORY, **QUIET).returncode


def read(folder):
    """Arrays and position of a run's checkpoint."""
    with np.load(folder / "last.checkpoint.npz", allow_pickle=False) as saved:
        arrays = {name: saved[name] for name in saved.files}
    return arrays, json.loads(arrays.pop("position").tobytes())


def wait_for_epoch(process, folder):
    """Waits until a training has finished an epoch or has ended, for at most `PATIENCE`."""
    before, until = len(read_history(folder)), time.monotonic() + PATIENCE
    while (
        process.poll() is None and time.monotonic() < until and len(read_history(folder)) == before
    ):
        time.sleep(0.02)


def main():
    """Returns the exit status: 0 when the two runs are equal."""
    rng, lines = random.Random(SEED), []
    with tempfile.TemporaryDirectory() as parent:
        whole, killed = pathlib.Path(parent) / "whole", pathlib.Path(parent) / "killed"
        if run(command("train", *TRAIN, "--out", whole)):
            raise ZooError("the undisturbed training failed; try: zoo train " + " ".join(TRAIN))
        for kill in range(KILLS):
            started = (killed / "last.checkpoint.npz").is_file()
            words = ["--resume", killed] if started else [*TRAIN, "--out", killed, "--overwrite"]
            process = subprocess.Popen(command("train", *words), cwd=REPOSITORY, **QUIET)
            loading = rng.random() < WHILE_LOADING
            if not loading:
                wait_for_epoch(process, killed)
            time.sleep(rng.uniform(0, LOADING if loading else TRAINING))
            alive = process.poll() is None
            process.kill()
            process.wait()
            epoch = (
                read(killed)[1]["epoch"] if (killed / "last.checkpoint.npz").is_file() else 0
            )  # fails where it is broken
            lines.append(
                {"kill": kill + 1, "loading": loading, "alive": alive, "finished_epochs": epoch}
            )
            print(
                f"kill {kill + 1}{' while loading' * loading}, {epoch} of {EPOCHS} epochs finished",
                flush=True,
            )
        if read(killed)[1]["epoch"] < EPOCHS:
            run(command("train", "--resume", killed))
        (arrays, position), (expected, undisturbed) = read(killed), read(whole)
    for key in TIMES:
        del position[key], undisturbed[key]
    equal = (
        position == undisturbed
        and arrays.keys() == expected.keys()
        and all(np.array_equal(arrays[name], expected[name]) for name in expected)
    )
    table = pd.DataFrame(lines).assign(
        epochs=EPOCHS, arrays=len(expected), bit_identical=equal, commit=provenance.commit()
    )
    write_text(REPOSITORY / "results" / "killed_training.csv", table.to_csv(index=False))
    print(
        f"{sum(line['alive'] for line in lines)} kills; the training ended "
        f"{'the same' if equal else 'DIFFERENTLY'}"
    )
    return 0 if equal else 1
