"""`zoo runs`: run folders side by side, told without TensorFlow."""

import json
import pathlib

from tabulate import tabulate

from zoo.errors import ZooError
from zoo.evaluation.metrics import METRICS
from zoo.runs.folder import check_run_folder, has_run_config, read_history


def run_folders(parent):
    """Paths of the run folders below `parent`, in the order of their names. Raises `ZooError` where there is none."""
    found = sorted(
        path.parent
        for path in pathlib.Path(parent).glob("**/config.json")
        if has_run_config(path.parent)
    )
    if not found:
        raise ZooError(f"{parent} holds no run folder; zoo train MODEL TASK makes one in runs/")
    return found


class Summary:
    """What a run folder says of itself.

    Args:
        folder: path of a run folder.

    Attributes:
        settings: dict of everything that was decided for the run, by name, but for the tokenizers.
        history: list of dicts, one a finished epoch; scores: dict of the last evaluation, or None.

    Raises:
        ZooError: no run folder, or a broken one.
    """

    def __init__(self, folder):
        check_run_folder(folder)
        self.folder = pathlib.Path(folder)
        try:
            config = json.loads((self.folder / "config.json").read_text(encoding="utf-8"))
            self.settings = {
                "model": config["model"]["name"],
                **config["model"]["overrides"],
                "task": config["task"]["name"],
            }
            self.settings |= {
                f"task.{key}": value for key, value in config["task"]["options"].items()
            } | config["recipe"]
            self.history, scores = read_history(self.folder), self.folder / "scores.json"
            self.scores = (
                json.loads(scores.read_text(encoding="utf-8")) if scores.is_file() else None
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ZooError(
                f"{folder} is a broken run folder ({type(error).__name__}: {error})"
            ) from error

    def best(self):
        """The best validation score so far by the task's first metric, as (metric's name, score, epoch), or None."""
        keys = [
            key
            for key in (self.history[0] if self.history else ())
            if key.startswith("validation_")
        ]
        if not keys:
            return None
        metric = METRICS[keys[0].removeprefix("validation_")]
        row = metric.best(self.history, key=lambda row: row[keys[0]])
        return metric.name, row[keys[0]], row["epoch"]


def list_runs(parent):
    """The table of the runs below a folder."""
    rows = []
    for folder in run_folders(parent):
        run = Summary(folder)
        metric, value, epoch = run.best() or ("", None, "")
        tested = (
            ""
            if run.scores is None
            else ", ".join(
                f"{name} {score['value']:.4g}" for name, score in run.scores["scores"].items()
            )
        )
        split = "" if run.scores is None else run.scores["split"]
        rows.append(
            (
                folder,
                run.settings["model"],
                run.settings["task"],
                len(run.history),
                "" if value is None else f"{metric} {value:.4g} in epoch {epoch}",
                f"{split} {tested}".strip(),
            )
        )
    return tabulate(
        rows,
        ("run", "model", "task", "epochs", "best validation", "last evaluation"),
        disable_numparse=True,
    )


def compare_runs(folders):
    """The table of what differs between runs: their settings, and then their scores."""
    runs = [Summary(folder) for folder in folders]
    names = list(dict.fromkeys(name for run in runs for name in run.settings))
    rows = [
        [name, *values]
        for name in names
        if len(set(map(json.dumps, values := [run.settings.get(name) for run in runs]))) > 1
    ]
    rows.append(["epochs", *(len(run.history) for run in runs)])
    best = [run.best() for run in runs]
    rows.append(
        [
            "best validation",
            *("" if found is None else f"{found[0]} {found[1]:.4g}" for found in best),
        ]
    )
    for name in dict.fromkeys(name for run in runs if run.scores for name in run.scores["scores"]):
        scores = [run.scores["scores"].get(name) if run.scores else None for run in runs]
        rows.append(
            [
                f"last {name}",
                *("" if score is None else f"{score['value']:.4g}" for score in scores),
            ]
        )
    return tabulate(rows, ("", *map(str, folders)), disable_numparse=True)
