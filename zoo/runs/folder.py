"""What a folder is, told without TensorFlow: a run's, or a public checkpoint's."""

import json
import pathlib

from zoo.errors import ZooError


def check_run_folder(folder):
    """Raises `ZooError` for a folder that is no run's, with the runs that there are."""
    if not (pathlib.Path(folder) / "config.json").is_file():
        known = (
            ", ".join(sorted(str(p.parent) for p in pathlib.Path("runs").glob("*/config.json")))
            or "none in runs/"
        )
        raise ZooError(f"{folder} is no run folder (it has no config.json); runs here: {known}")


def check_free(folder, overwrite):
    """Raises `ZooError` where a new run in a folder would lose what is there."""
    folder = pathlib.Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        if not holds_run(folder):
            raise ZooError(f"{folder} exists and is no run folder; choose another with --out")
        if not overwrite:
            raise ZooError(
                f"{folder} holds a run already; go on with: zoo train --resume {folder}, "
                f"replace it with --overwrite, or choose another folder with --out"
            )


def holds_run(folder):
    """Whether a folder holds a run, be it a broken one, and not just some other program's config.json."""
    ours = has_run_config(folder)
    return (folder / "last.checkpoint.npz").is_file() if ours is None else ours


def has_run_config(folder):
    """Whether a folder's config.json is a run's; None where it has none that can be read."""
    try:
        return "zoo" in json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        return None


def is_checkpoint(name):
    """Whether a name means a public checkpoint: a folder that holds one, or OWNER/NAME where there is no folder OWNER."""
    path = pathlib.Path(name).expanduser()
    if not path.exists():
        return "/" in str(name) and not path.parent.exists()
    ours = has_run_config(path)
    return any(path.glob("*.safetensors")) if ours is None else not ours


def read_history(folder):
    """Rows of a run's history.jsonl, one a finished epoch. Raises `ZooError` where it is broken."""
    path = folder / "history.jsonl"
    try:
        return (
            [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
            if path.exists()
            else []
        )
    except ValueError as error:
        raise ZooError(f"{path} is broken ({error}); train the run anew") from error
