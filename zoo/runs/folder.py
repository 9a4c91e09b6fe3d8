"""What a folder is, a run's or a public checkpoint's, and what a run has in it; no TensorFlow.

config.json            model, task, recipe, tokenizers and longest lengths: all that is needed to
                       use or to repeat the run
history.jsonl          one line per validation: epoch, loss, target tokens seen, scores
best.weights.h5        Keras weights of the best epoch by the task's first metric; its SHA-256 in
                       best.weights.h5.sha256
last.checkpoint.npz    every variable and the position, to go on from
epochs/                weights at the ends of the last epochs, if the recipe averages them
scores.json            evaluations, beside one another
predictions.tsv        source, output and references of each test example, decoded greedily;
                       predictions-*.tsv of other evaluations
report.html            the page of `zoo report`
tensorboard/           curves of `zoo train --tensorboard`
"""

import contextlib
import hashlib
import json
import pathlib
import shlex

from zoo.data.tokenizers.config import check_config
from zoo.errors import UnknownName, ZooError
from zoo.files import (
    LOCK,
    TEMPORARY,
    expanded,
    locked,
    read_json,
    read_text,
    sweep,
    write_text,
)
from zoo.json_fields import parse_json
from zoo.registry.trained import list_trained, trained_folder
from zoo.runs.recipe import Recipe

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
# Further files, by pattern.
PREDICTIONS, EPOCHS = "predictions-*.tsv", "epoch_*.npz"
REPORT, EVENTS = "report.html", "tensorboard/events.out.tfevents.*"
FIELDS = {
    "zoo": str,
    "model": {"name": str, "overrides": dict},
    "task": {"name": str, "options": dict},
    "recipe": {f"{name}?": type(default) for name, default in Recipe.fields().items()},
    "source_tokenizer": {"class_name": str},
    "target_tokenizer": {"class_name": str},
    "longest": [int],
    "pretrained?": str,
    "learnt_from?": [(str, type(None))],
    "sha256?": str,
}
AGAIN = "train the run again"


def check_run_folder(folder, trained=True):
    """Raises `ZooError` unless the folder is a run's. The message lists the runs there are.

    Args:
        folder: path.
        trained: bool, whether the message also names the nearest trained models.
    """
    if not (pathlib.Path(folder) / CONFIG).exists():
        known = sorted(str(path.parent) for path in pathlib.Path("runs").glob(f"*/{CONFIG}"))
        names = UnknownName("trained model", folder, list_trained()).nearest if trained else []
        near = f"; nearest trained models: {', '.join(names)}" if names else ""
        exists = pathlib.Path(folder).exists()
        what = f"{folder} is not a run folder (it has no {CONFIG})"
        raise ZooError(
            f"{what if exists else f'there is no run {folder}'}{near}; "
            f"runs here: {', '.join(known) or 'none in runs/'}"
        )


def check_ready(folder, resume=False, overwrite=False):
    """Raises `ZooError` early if a training could not write to a folder.

    It may be held by another process, or a new run would lose what is there. The training checks
    again once it holds the folder.
    """
    folder = pathlib.Path(folder)
    if (folder / LOCK).exists():  # a process holds it, or was killed while it did
        with writing(folder):
            pass
    if not resume:
        check_free(folder, overwrite)


def check_free(folder, overwrite):
    """Raises `ZooError` if a new run in a folder would lose what is there."""
    folder = pathlib.Path(folder)
    if not folder.exists():
        return
    if folder.is_dir() and holds_run(folder):
        if not overwrite:
            raise ZooError(
                f"{folder} holds a run already; go on with: {resuming(folder)}, "
                "replace it with --overwrite, or choose another folder with --out"
            )
    elif not folder.is_dir() or any(not is_leftover(path.name) for path in folder.iterdir()):
        raise ZooError(f"{folder} exists and is not a run folder; choose another with --out")


def resuming(folder):
    """The command that goes on with a run, to be pasted."""
    return f"zoo train --resume {shlex.quote(str(folder))}"


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
    for pattern in (PREDICTIONS, f"epochs/{EPOCHS}", REPORT, EVENTS):
        for path in folder.glob(pattern):
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
    """Whether a name is a checkpoint's: of `zoo list --trained`, a folder, or OWNER/NAME."""
    path = expanded(name)
    if not path.exists():
        if trained_folder(name):
            return True
        return "/" in str(name) and not path.parent.exists()
    ours = has_run_config(path)
    return any(path.glob("*.safetensors")) if ours is None else not ours


def read_config(folder):
    """A run's config.json, with fields of the right types. Raises `ZooError` if it is broken."""
    path = pathlib.Path(folder) / CONFIG
    try:
        config = read_json(path, FIELDS)
        for side in ("source_tokenizer", "target_tokenizer"):
            check_config(config[side], path, side)
        if len(config["longest"]) != 2 or min(config["longest"]) < 1:
            raise ZooError(f"{path} is broken: longest must be two whole numbers above 0")
    except ZooError as error:
        raise ZooError(f"{error}; {AGAIN}") from error
    if config.get("sha256", digest(config)) != digest(config):  # earlier releases kept none
        raise ZooError(
            f"{path} is broken: it is not what the training wrote (its SHA-256 differs); restore "
            "it, or delete its field sha256 to use it as it is"
        )
    return config


def digest(config):
    """SHA-256 of what decides the results of a run; its data may move to another place."""
    decides = {key: value for key, value in config.items() if key not in ("zoo", "sha256")}
    options = config["task"]["options"].items()
    options = {key: value for key, value in options if key not in ("data", "path")}
    decides["task"] = config["task"] | {"options": options}
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()


def read_history(folder):
    """Rows of a run's history.jsonl, one per validation. Raises `ZooError` if it is broken."""
    path = pathlib.Path(folder) / HISTORY
    if not path.exists():
        return []
    rows, fields = [], {"epoch": float, ...: float}
    try:
        for number, line in enumerate(read_text(path).splitlines(), 1):
            rows.append(parse_json(line, f"{path}, line {number},", fields))
            fields = dict.fromkeys(rows[0], float) | fields  # all rows have those of the first
    except ZooError as error:
        raise ZooError(f"{error}; {AGAIN}") from error
    return rows


def write_history(folder, rows):
    """Writes history.jsonl. What the last row lacks, as an older score, leaves the others, too."""
    rows = [{key: row[key] for key in row if key in rows[-1]} for row in rows]
    write_text(folder / HISTORY, "".join(json.dumps(row) + "\n" for row in rows))
