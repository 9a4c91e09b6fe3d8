"""`python -m benchmarks probe killed_training`: kills two trainings 30 times each, compares ends.

`zoo train` trains a Transformer with dropout, a moving average of its weights and accumulated
batches: once undisturbed, and once while SIGKILL ends it again and again. Most kills come some time
after another epoch, so during a step, a validation or a write, and some while it loads. `zoo train
--resume` continues. Weights, optimizer, averages, dropout seeds and position must be equal in every
bit, and every checkpoint on the way must be readable. The model of one training reads ids, that of
the other frames; "ids" or "frames" after the probe's name runs one of them. Writes
results/killed_training.csv.
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
from zoo.errors import ZooError, check_choice
from zoo.files import write_text
from zoo.runs.folder import read_history

KILLS, SEED = 30, 0
LOADING = 10.0  # seconds: the latest kill after the start of a process
TRAINING = 2.5  # seconds: the latest kill after the end of an epoch
WHILE_LOADING = 0.2  # share of kills
PATIENCE = 120.0  # seconds in which an epoch must finish
QUIET = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
TIMES = ("tokens", "seconds", "compile_seconds")  # of the position, which depend on the clock
RECIPE = (
    "--tokens 512 --buckets 2 --set dropout=0.2 --moving-average 0.9 --accumulate 2 "
    "--validation-limit 50"
)
TRAININGS = {
    "ids": (
        f"transformer_nano reverse --epochs 200 {RECIPE} --task-option max_length=8 "
        "--task-option train=3000 --task-option validation=50 --task-option test=50"
    ),
    "frames": (
        f"transformer_nano rendered_lines --epochs 100 {RECIPE} --task-option stack=16 "
        "--task-option train_limit=200 --task-option test_limit=50"
    ),
}
PATH = REPOSITORY / "results" / "killed_training.csv"


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


def main(names=()):
    """Kills trainings.

    Args:
        names: of `TRAININGS`, or nothing for all.

    Returns:
        The exit status: 0 when each training ends as the undisturbed one does.
    """
    for name in names:
        check_choice(TRAININGS, source=name)
    return max([measure(name, TRAININGS[name].split()) for name in names or TRAININGS])


def measure(name, words):
    """Kills one training, and replaces its lines in the table. Returns the exit status."""
    epochs = int(words[words.index("--epochs") + 1])
    with tempfile.TemporaryDirectory() as parent:
        whole, killed = pathlib.Path(parent) / "whole", pathlib.Path(parent) / "killed"
        if run(command("train", *words, "--out", whole)):
            raise ZooError("the undisturbed training failed; try: zoo train " + " ".join(words))
        lines = kill_again_and_again(words, killed, epochs)
        if read(killed)[1]["epoch"] < epochs:
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
        epochs=epochs, arrays=len(expected), bit_identical=equal, commit=provenance.commit()
    )
    table.insert(0, "source", name)
    if PATH.is_file():
        known = pd.read_csv(PATH)
        table = pd.concat([known[known.source != name], table])
    write_text(PATH, table.to_csv(index=False))
    print(
        f"{sum(line['alive'] for line in lines)} kills; the training on {name} ended "
        f"{'the same' if equal else 'DIFFERENTLY'}",
        flush=True,
    )
    return 0 if equal else 1


def kill_again_and_again(words, folder, epochs):
    """Starts and kills a training in `folder`. Returns the table's line of each kill."""
    rng, lines = random.Random(SEED), []
    checkpoint = folder / "last.checkpoint.npz"
    for kill in range(KILLS):
        ours = (
            ["--resume", folder]
            if checkpoint.is_file()
            else [*words, "--out", folder, "--overwrite"]
        )
        process = subprocess.Popen(command("train", *ours), cwd=REPOSITORY, **QUIET)
        loading = rng.random() < WHILE_LOADING
        if not loading:
            wait_for_epoch(process, folder)
        time.sleep(rng.uniform(0, LOADING if loading else TRAINING))
        alive = process.poll() is None
        process.kill()
        process.wait()
        epoch = read(folder)[1]["epoch"] if checkpoint.is_file() else 0  # fails where it is broken
        lines.append(
            {"kill": kill + 1, "loading": loading, "alive": alive, "finished_epochs": epoch}
        )
        print(
            f"kill {kill + 1}{' while loading' * loading}, {epoch} of {epochs} epochs finished",
            flush=True,
        )
    return lines
