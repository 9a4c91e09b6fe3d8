"""What a folder is, a run's or a public checkpoint's, and what a run has in it; no TensorFlow.

config.json            model, task, recipe, tokenizers and longest lengths: all that is needed to
                       use or to repeat the run
history.jsonl          one line per epoch: training loss and validation metrics
best.weights.h5        Keras weights of the best epoch by the task's first metric; its SHA-256 in
                       best.weights.h5.sha256
last.checkpoint.npz    every variable and the position, to go on from
epochs/                weights at the ends of the last epochs, if the recipe averages them
scores.json            evaluations, beside one another
predictions.tsv        source, output and references of each test example, decoded greedily;
                       predictions-*.tsv of other evaluations
"""

import contextlib
import json
import pathlib

from zoo.errors import ZooError
from zoo.files import (
    LOCK,
    TEMPORARY,
    locked,
    parse_json,
    read_json,
    read_text,
    sweep,
    write_text,
)

CONFIG, HISTORY, WEIGHTS = "config.json", "history.jsonl", "best.weights.h5"
CHECKPOINT = "last.checkpoint.npz"
FILES = (
    CONFIG,
    HISTORY,
    WEIGHTS,
    f"{WEIGHTS}.sha256",
    CHECKPOINT,
    "scores.json",
    "predictions.tsv",
)
PREDICTIONS, EPOCHS = "predictions-*.tsv", "epoch_*.npz"  # further files, by pattern
FIELDS = {
    "zoo": str,
    "model": {"name": str, "overrides": dict},
    "task": {"name": str, "options": dict},
    "recipe": dict,
    "source_tokenizer": {"class_name": str},
    "target_tokenizer": {"class_name": str},
    "longest": [int],
    "pretrained?": str,
}
ANEW = "train the run again"


def check_run_folder(folder):
    """Raises `ZooError` unless the folder is a run's. The message lists the runs there are."""
    if not (pathlib.Path(folder) / CONFIG).exists():
        known = sorted(str(path.parent) for path in pathlib.Path("runs").glob(f"*/{CONFIG}"))
        raise ZooError(
            f"{folder} is not a run folder (it has no {CONFIG}); "
            f"runs here: {', '.join(known) or 'none in runs/'}"
        )


def check_free(folder, overwrite):
    """Raises `ZooError` if a new run in a folder would lose what is there."""
    folder = pathlib.Path(folder)
    if not folder.exists():
        return
    if not folder.is_dir() or not holds_run(folder):
        if not folder.is_dir() or any(not is_leftover(path.name) for path in folder.iterdir()):
            raise ZooError(f"{folder} exists and is not a run folder; choose another with --out")
    elif not overwrite:
        raise ZooError(
            f"{folder} holds a run already; go on with: zoo train --resume {folder}, "
            "replace it with --overwrite, or choose another folder with --out"
        )


def is_leftover(name):
    """Whether a file is what a killed training leaves before its first file is complete."""
    found = TEMPORARY.fullmatch(name)
    return name == LOCK or bool(found) and found["name"] in FILES


@contextlib.contextmanager
def writing(folder):
    """Holds a run folder for this process, and removes what killed ones left of their files.

    Raises:
        ZooError: another process holds it, or it is not a folder.
    """
    folder = pathlib.Path(folder)
    if folder.exists() and not folder.is_dir():
        raise ZooError(f"{folder} exists and is not a run folder; choose another with --out")
    busy = f"another process trains or evaluates in {folder}; wait for it, or stop it"
    with locked(folder, busy):
        sweep(folder, *FILES, PREDICTIONS)
        sweep(folder / "epochs", EPOCHS)
        yield


def clear(folder):
    """Deletes the files of a run; whatever else lies in the folder is not ours to delete."""
    for name in FILES:
        (folder / name).unlink(missing_ok=True)
    for path in [*folder.glob(PREDICTIONS), *(folder / "epochs").glob(EPOCHS)]:
        path.unlink()


def holds_run(folder):
    """Whether a folder holds a run, maybe a broken one, and not another program's config.json."""
    ours = has_run_config(folder)
    return (folder / CHECKPOINT).is_file() if ours is None else ours


def has_run_config(folder):
    """Whether a folder's config.json is a run's; None if there is none that can be read."""
    try:
        return "zoo" in read_json(folder / CONFIG)
    except (OSError, ZooError):
        return None


def is_checkpoint(name):
    """Whether a name is a public checkpoint's: a folder with one, or OWNER/NAME on the hub."""
    path = pathlib.Path(name).expanduser()
    if not path.exists():
        return "/" in str(name) and not path.parent.exists()
    ours = has_run_config(path)
    return any(path.glob("*.safetensors")) if ours is None else not ours


def read_config(folder):
    """A run's config.json, with fields of the right types. Raises `ZooError` if it is broken."""
    path = pathlib.Path(folder) / CONFIG
    try:
        config = read_json(path, FIELDS)
        if len(config["longest"]) != 2 or min(config["longest"]) < 1:
            raise ZooError(f"{path} is broken: longest must be two whole numbers above 0")
        return config
    except ZooError as error:
        raise ZooError(f"{error}; {ANEW}") from error


def read_history(folder):
    """Rows of a run's history.jsonl, one per finished epoch. Raises `ZooError` if it is broken."""
    path = pathlib.Path(folder) / HISTORY
    if not path.exists():
        return []
    rows, fields = [], {"epoch": int, ...: float}
    try:
        for number, line in enumerate(read_text(path).splitlines(), 1):
            rows.append(parse_json(line, f"{path}, line {number},", fields))
            fields = dict.fromkeys(rows[0], float) | fields  # all rows have those of the first
    except ZooError as error:
        raise ZooError(f"{error}; {ANEW}") from error
    return rows


def write_history(folder, rows):
    """Writes history.jsonl."""
    write_text(folder / HISTORY, "".join(json.dumps(row) + "\n" for row in rows))
