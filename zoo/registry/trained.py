"""Trained models that come with the package, by name: MODEL-TASK, such as transformer_mini-g2p.

Each is a folder of `zoo/trained`, in the format of `zoo.save_pretrained`. Nothing here imports
TensorFlow.
"""

import json
import os
import pathlib
from typing import Any

FOLDER = pathlib.Path(__file__).parents[1] / "trained"


def list_trained() -> list[str]:
    """Sorted names of the trained models that come with the package."""
    return sorted(path.parent.name for path in FOLDER.glob("*/config.json"))


def trained_folder(name: str | os.PathLike) -> pathlib.Path | None:
    """The folder of a trained model, or None if the package has none of this name."""
    return FOLDER / str(name) if str(name) in list_trained() else None


def trained_config(name: str) -> dict[str, Any]:
    """What config.json of a trained model says: model, task, recipe and scores."""
    return json.loads((FOLDER / name / "config.json").read_text(encoding="utf-8"))


def trained_on(name: str) -> list[str]:
    """The tasks on which a model of the registry comes trained, sorted."""
    prefix = f"{name}-"
    return [
        trained.removeprefix(prefix) for trained in list_trained() if trained.startswith(prefix)
    ]
