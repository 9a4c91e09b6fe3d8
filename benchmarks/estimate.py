"""How long the waiting cells of a suite will take, known before they run.

A cell takes as long as its like did: by a row of the same model, task and settings, scaled by the
speeds of the two machines. Cells without such a row are timed by a few steps, if that is asked for.
"""

import concurrent.futures
import copy
import heapq
import json
import math

from benchmarks.probe_cell import Time, probed_time
from benchmarks.provenance import processor
from benchmarks.speed import gflops
from benchmarks.suite import REPOSITORY
from zoo.backend import nvidia_cards

FREE = ("seed", "learning_rate")  # parts of a recipe that change no time


def estimate(runner, launcher, probe=False):
    """One line that says how long the waiting cells will take.

    Args:
        runner: `Runner`.
        launcher: see `benchmarks.launchers`.
        probe: whether to time each kind of unknown cell by training it for a few steps.
    """
    suite, cells = runner.suite, runner.waiting
    side_by_side = min(launcher.slots or 1, len(cells) or 1)
    known = known_seconds(
        {kind(vars(cell)) for cell in cells},
        [*(REPOSITORY / "results").glob("*/rows"), runner.folder / "rows"],
        suite.threads,
        side_by_side,
    )
    known = {key: Time(seconds) for key, seconds in known.items()}
    if probe:
        unknown = {kind(vars(cell)): cell for cell in cells if kind(vars(cell)) not in known}
        with concurrent.futures.ThreadPoolExecutor(side_by_side) as pool:
            known |= zip(unknown, pool.map(probed_time, unknown.values()))
    times = times_of(cells, known)
    where, total = "of computing", sum(times)
    if launcher.slots:
        cores = side_by_side * suite.threads
        where = f"on {cores} core{'s' if cores > 1 else ''}"
        total = schedule(times, side_by_side)
    return sentence(len(cells), len(times), total, where)


def times_of(cells, known):
    """The seconds of each cell whose kind is known. Cells that share a pre-training count it once.

    Args:
        cells: list of `Cell`.
        known: dict of kind to `Time`.
    """
    times, shared = [], set()
    for cell in cells:
        if found := known.get(kind(vars(cell))):
            first = cell.base, cell.overrides, cell.settings.get("pretraining"), found.tokenizers
            trained = json.dumps(first, sort_keys=True)  # as `pretrain` shares trainings
            times.append(found.own + (0 if trained in shared else found.pretraining))
            shared.add(trained)
    return times


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
        self.gpus = nvidia_cards()
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
