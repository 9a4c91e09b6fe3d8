"""How long the waiting cells of a suite will take, known before they run.

A cell takes as long as its like did: by a row of the same model, task and settings, scaled by the
speeds of the two machines. Cells without such a row are timed by a few steps, if that is asked for.
"""

import concurrent.futures
import copy
import dataclasses
import heapq
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import zoo
from benchmarks.launchers import cell_environment
from benchmarks.provenance import processor
from benchmarks.speed import gflops
from benchmarks.suite import REPOSITORY, load_suite
from zoo.errors import ZooError

STEPS = 60  # of a probe; the first ones compile, and the speed is that of the others
FREE = ("seed", "learning_rate")  # parts of a recipe that change no time


def estimate(runner, launcher, probe=False):
    """One line that says how long the waiting cells will take.

    Args:
        runner: `Runner`.
        launcher: see `benchmarks.launchers`.
        probe: whether to time each kind of unknown cell by training it for `STEPS` steps.
    """
    suite, cells = runner.suite, runner.waiting
    side_by_side = min(launcher.slots or 1, len(cells) or 1)
    known = known_seconds(
        {kind(vars(cell)) for cell in cells},
        [*(REPOSITORY / "results").glob("*/rows"), runner.folder / "rows"],
        suite.threads,
        side_by_side,
    )
    if probe:
        unknown = {kind(vars(cell)): cell for cell in cells if kind(vars(cell)) not in known}
        with concurrent.futures.ThreadPoolExecutor(side_by_side) as pool:
            known |= zip(unknown, pool.map(probed_seconds, unknown.values()))
    times = [known[kind(vars(cell))] for cell in cells if kind(vars(cell)) in known]
    where, total = "of computing", sum(times)
    if launcher.slots:
        cores = side_by_side * suite.threads
        where = f"on {cores} core{'s' if cores > 1 else ''}"
        total = schedule(times, side_by_side)
    return sentence(len(cells), len(times), total, where)


def kind(cell):
    """What the time of a cell depends on, from the fields of a `Cell` or of a row."""
    settings = copy.deepcopy(cell["settings"])
    for table in (settings, settings.get("pretraining") or {}):
        for name in FREE:
            table.get("recipe", {}).pop(name, None)
    model = [word for word in cell["model"].split(" ") if word.split("=")[0] not in FREE]
    return json.dumps([model, settings], sort_keys=True)


def known_seconds(kinds, folders, threads, side_by_side):
    """The mean time of the rows of each kind, in seconds of this machine."""
    found = {}
    for path in sorted(path for folder in folders for path in folder.glob("*.json")):
        try:
            row = json.loads(path.read_text(encoding="utf-8"))
            if kind(row) in kinds:
                seconds = 60 * row["timing"]["minutes"]
                there = row["hardware"] | {"gflops": row["timing"].get("gflops")}
                found.setdefault(kind(row), []).append((seconds, there))
        except (ValueError, TypeError, KeyError):  # who reads the row for its scores names it
            continue
    here = Machine(threads, side_by_side) if found else None
    scaled = {
        key: [seconds * here.ratio(there) for seconds, there in rows if here.ratio(there)]
        for key, rows in found.items()
    }
    return {key: sum(times) / len(times) for key, times in scaled.items() if times}


class Machine:
    """This machine, as rows describe theirs."""

    def __init__(self, threads, side_by_side):
        self.processor = processor()
        self.gpus = gpus()
        self.gflops = gflops(threads, side_by_side)

    def ratio(self, there):
        """The time here by the time there, or None if the two cannot be compared."""
        if there["gpus"] != self.gpus:
            return None
        if self.gpus:
            return 1.0
        if there["gflops"]:
            return there["gflops"] / self.gflops
        return 1.0 if there["processor"] == self.processor else None


def gpus():
    """Names of this machine's GPUs, found without TensorFlow."""
    if not shutil.which("nvidia-smi"):
        return []
    words = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
    return subprocess.run(words, capture_output=True, text=True).stdout.split("\n")[:-1]


def schedule(times, side_by_side):
    """The time of all cells, each of which takes the first free place in turn."""
    places = [0.0] * side_by_side
    for seconds in times:
        heapq.heapreplace(places, places[0] + seconds)
    return max(places)


def sentence(cells, known, seconds, where):
    """The line on the screen: `known` of the cells take `seconds`."""
    start = "1 cell" if cells == 1 else f"{cells} cells"
    if not known and cells:
        start += ", time unknown: --estimate measures it"
    elif known < cells:
        takes = "takes" if known == 1 else "take"
        start += f"; {known} of them {takes} about {duration(seconds)} {where}, the time of the "
        start += "others is unknown: --estimate measures it"
    else:
        start += f", about {duration(seconds)} {where}"
    return start + "; finished cells are kept"


def duration(seconds):
    """A time in words, rounded up."""
    for unit, size in (("second", 1), ("minute", 60), ("hour", 3600)):
        if seconds < 90 * size or unit == "hour":
            number = math.ceil(seconds / size)
            return f"{number} {unit}{'' if number == 1 else 's'}"


def probed_seconds(cell):
    """The time that a cell takes, by a process that trains it for `STEPS` steps."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.estimate", cell.argument, cell.name],
        capture_output=True,
        text=True,
        env=os.environ | cell_environment(),
        cwd=REPOSITORY,
    )
    try:
        return float(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        reason = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        raise ZooError(f"{cell.name} cannot be timed: {reason}") from None


def probe(cell, folder):
    """Runs a cell with a short training in this process. Returns the time of the whole cell."""
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
    seconds = extrapolated(row, cell.settings, int(task.encode("train")[1].lengths.sum()))
    if first:
        speed = row["timing"]["training"]["tokens_per_second"]
        seconds += pretraining_seconds(cell.settings["pretraining"], task, speed)
    return seconds


def pretraining_seconds(table, task, speed):
    """The time of a cell's pre-training, which the first cell of several takes for all.

    Args:
        table: dict, the suite's `pretraining`.
        task: `Task` whose tokenizers it takes.
        speed: float, target tokens per second.
    """
    first = zoo.create_task(table["task"], **table["options"])
    first = first.with_tokenizers(task.source_tokenizer, task.target_tokenizer)
    epoch = int(first.encode("train")[1].lengths.sum())
    return epoch * zoo.Recipe.from_dict(table["recipe"]).with_defaults(epoch).epochs / speed


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
            print(probe(load_suite(sys.argv[1]).cell(sys.argv[2]), folder))
        except ZooError as error:
            sys.exit(f"error: {error}")
