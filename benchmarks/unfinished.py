"""Trainings of cells that were stopped: they go on from their last checkpoint."""

import json
import time

from zoo.errors import ZooError
from zoo.files import read_json, write_text
from zoo.runs.folder import CHECKPOINT
from zoo.training.checkpoint import read_checkpoint

NONE = type(None)
NOTE = {  # fields of a training's note: times in seconds since 1970, `before` in seconds
    "key": str,
    "before": float,
    "began": float,
    "ended": (float, NONE),
    "training": (dict, NONE),
}


def train_or_go_on(key, start, task, recipe, folder, overrides, progress):
    """Trains a model, or goes on with a training of the same key that was stopped.

    Either way, the weights are those of a training that was never stopped. FOLDER.json, beside the
    folder, is a note for a later process, until `forget` removes it.

    Args:
        key: str, digest of all that the training depends on.
        start, task, recipe, folder, overrides: as in `zoo.train`.
        progress: `Progress` of the cell; earlier processes' seconds are added to its `before`.

    Returns:
        The trained `Run`, with `training` set.
    """
    import zoo

    known = read_known(key, folder)
    if known:
        ended = known["ended"] or (folder / CHECKPOINT).stat().st_mtime
        progress.before += known["before"] + max(0.0, ended - known["began"])
        if known["training"]:
            run = zoo.Run(folder)
            run.training = known["training"]
            return run
    if not known and folder.is_dir():
        (folder / CHECKPOINT).unlink(missing_ok=True)  # of an older training, before the note
    now = {"key": key, "before": progress.before, "began": progress.began}
    write_text(note_of(folder), json.dumps(now | {"ended": None, "training": None}))
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
    now |= {"ended": time.time(), "training": run.training}
    write_text(note_of(folder), json.dumps(now))
    return run


def read_known(key, folder):
    """The note of a training of this key that can go on, or None."""
    try:
        known = read_json(note_of(folder), NOTE)
        if known["key"] != key:
            return None
        position, _ = read_checkpoint(folder / CHECKPOINT)
    except (OSError, ZooError):
        return None
    killed_at_the_end = position["finished"] and not known["training"]
    return None if killed_at_the_end else known


def forget(folder):
    """Lets the next training in a folder start from the beginning."""
    note_of(folder).unlink(missing_ok=True)


def note_of(folder):
    """Path of the file that says what is known of the training in a folder."""
    return folder.with_name(f"{folder.name}.json")
