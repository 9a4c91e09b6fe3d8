"""How long a cell takes, from a few steps of its training in a process of their own."""

import dataclasses
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
from typing import NamedTuple

import zoo
from benchmarks.cell import digest
from benchmarks.launchers import cell_environment
from benchmarks.suite import REPOSITORY, load_suite
from zoo.errors import ZooError

STEPS = 60  # the first ones compile, and the speed is that of the others


class Time(NamedTuple):
    """How long a cell takes, in seconds.

    Attributes:
        own: without its pre-training, unless a row measured both together.
        pretraining: of the pre-training, which the first cell of several takes for all.
        tokenizers: what tells the tokenizers of its task apart from those of other tasks.
    """

    own: float
    pretraining: float = 0.0
    tokenizers: str = ""


def probed_time(cell):
    """The `Time` of a cell, by a process that trains it for `STEPS` steps."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.probe_cell", cell.argument, cell.name],
        capture_output=True,
        text=True,
        env=os.environ | cell_environment(),
        cwd=REPOSITORY,
    )
    try:
        return Time(*json.loads(done.stdout.splitlines()[-1]))
    except (IndexError, ValueError, TypeError):
        reason = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        raise ZooError(f"{cell.name} cannot be timed: {reason}") from None


def probe(cell, folder):
    """Runs a cell with a short training in this process. Returns the `Time` of the whole cell."""
    from benchmarks.run_cell import run_cell
    from benchmarks.runner import FOLDERS

    recipe = cell.settings["recipe"] | {"epochs": 0, "steps": STEPS, "minutes": 0}
    settings = {key: value for key, value in cell.settings.items() if key != "budget"}
    if first := settings.get("pretraining"):
        steps = first["recipe"] | {"epochs": 0, "steps": STEPS, "minutes": 0}
        settings["pretraining"] = first | {"recipe": steps}
    for name in FOLDERS:
        (pathlib.Path(folder) / name).mkdir()
    row = run_cell(
        dataclasses.replace(cell, settings=settings | {"recipe": recipe}), pathlib.Path(folder)
    )
    task = zoo.create_task(cell.settings["task"], **cell.settings["options"])
    own = extrapolated(row, cell.settings, int(task.encode("train")[1].lengths.sum()))
    if not first:
        return Time(own)
    speed = row["timing"]["training"]["tokens_per_second"]
    configs = [x.get_config() for x in (task.source_tokenizer, task.target_tokenizer)]
    seconds = pretraining_seconds(cell.settings["pretraining"], task, speed)
    return Time(own, seconds, digest(configs))


def pretraining_seconds(table, task, speed):
    """The time of a pre-training.

    Args:
        table: dict, the suite's `pretraining`.
        task: `Task` whose tokenizers it takes.
        speed: float, target tokens per second.
    """
    recipe = zoo.Recipe.from_dict(table["recipe"])
    if recipe.steps:
        return recipe.steps * recipe.tokens / speed
    first = zoo.create_task(table["task"], **table["options"])
    first = first.with_tokenizers(task.source_tokenizer, task.target_tokenizer)
    epoch = int(first.encode("train")[1].lengths.sum())
    return epoch * recipe.with_defaults(epoch).epochs / speed


def extrapolated(row, settings, epoch):
    """The time of a cell in seconds.

    Args:
        row: of its probe, whose start, compilation and decoding take as long as the cell's.
        settings: of the cell.
        epoch: int, target tokens of the train split.
    """
    recipe, budget = zoo.Recipe.from_dict(settings["recipe"]), settings.get("budget") or {}
    seen, training = row["target_tokens_seen"], row["timing"]["training"]
    speed = training["tokens_per_second"]
    tokens = epoch * recipe.with_defaults(epoch).epochs
    if recipe.steps:
        tokens = recipe.steps * seen / row["steps"]
    if "tokens" in budget:
        tokens = budget["tokens"]
    if "flops" in budget:
        tokens = budget["flops"] * seen / row["training_flops"]
    minutes = budget.get("minutes") or recipe.minutes
    if minutes:
        tokens = min(tokens, (60 * minutes - training["compile_seconds"]) * speed)
    validation = (
        recipe.validation_limit / row["timing"]["decoding"]["greedy"]["sentences_per_second"]
    )
    more = math.ceil(tokens / epoch * recipe.validations) - len(row["history"])
    return 60 * row["timing"]["minutes"] + (tokens - seen) / speed + more * validation


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        try:
            print(json.dumps(probe(load_suite(sys.argv[1]).cell(sys.argv[2]), folder)))
        except ZooError as error:
            sys.exit(f"error: {error}")
