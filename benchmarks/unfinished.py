"""Trainings of cells that were stopped: they go on from their last checkpoint."""

import json
import shutil
import time

from benchmarks import provenance
from benchmarks.cell import digest
from zoo.errors import ZooError
from zoo.files import read_json, write_text
from zoo.runs.folder import CHECKPOINT, holds_run
from zoo.training.checkpoint import read_checkpoint
from zoo.training.stop import Interrupted

NONE = type(None)
NOTE = {  # a training's note: times in seconds since 1970, `before` in seconds, `memory` in GiB
    "key": str,
    "started": float,
    "before": float,
    "began": float,
    "ended": (float, NONE),
    "memory": float,
    "training": (dict, NONE),
}


def train_or_go_on(key, start, task, recipe, folder, overrides, progress):
    """Trains a model, or goes on with a training of the same key that was stopped.

    Either way, the weights are those of a training that was never stopped; on a GPU only if the
    recipe is deterministic. A training with a budget of minutes starts again, and so does one that
    was stopped on another machine. FOLDER.json, beside the folder, is a note for a later process,
    until `forget` removes it.

    Args:
        key: str, digest of all that the training depends on.
        start, task, recipe, folder, overrides: as in `zoo.train`.
        progress: `Progress` of the cell, which also learns what earlier processes took.

    Returns:
        The trained `Run`, with `training` set.
    """
    import zoo

    here = provenance.versions(), provenance.hardware(), str(folder)
    key = digest([key, *here])
    known = read_known(key, folder)
    if known and recipe.minutes and not known["training"]:
        known = None
    if known:
        progress.started = known["started"]
        progress.memory = known["memory"]
        ended = known["ended"] or (folder / CHECKPOINT).stat().st_mtime
        progress.before += known["before"] + max(0.0, ended - known["began"])
        if known["training"]:
            run = zoo.Run(folder)
            run.training = known["training"]
            return run
    if not known and holds_run(folder):
        shutil.rmtree(folder)  # before the note, which would take its checkpoint for the new one's
    now = {"key": key, "started": progress.started}
    now |= {"before": progress.before, "began": progress.began, "memory": 0.0}
    write_text(note_of(folder), json.dumps(now | {"ended": None, "training": None}))
    try:
        run = zoo.train(
            start,
            task,
            recipe,
            folder,
            overrides,
            resume=bool(known),
            overwrite=not known,
            callbacks=[progress.callback()],
            progress=False,
        )
    except Interrupted:
        raise Interrupted("stopped; run the same command again to go on") from None
    now |= {"ended": time.time(), "training": run.training, "memory": provenance.peak_memory()}
    write_text(note_of(folder), json.dumps(now))
    return run


def read_known(key, folder):
    """The note of a training of this key that can go on, or None."""
    import zoo

    try:
        known = read_json(note_of(folder), NOTE)
        if known["key"] != key:
            return None
        position, _ = read_checkpoint(folder / CHECKPOINT)
        run = zoo.Run(folder)
    except (OSError, ZooError):
        return None
    if known["training"]:
        return known if run.weights.is_file() else None
    return None if position["finished"] else known  # killed between its end and its note


def forget(folder):
    """Lets the next training in a folder start from the beginning, with its pre-training."""
    for each in (folder, folder.with_name(f"{folder.name}.pretraining")):
        note_of(each).unlink(missing_ok=True)


def note_of(folder):
    """Path of the file that says what is known of the training in a folder."""
    return folder.with_name(f"{folder.name}.json")
