"""`zoo runs`: run folders side by side, without TensorFlow."""

import json
import pathlib

from tabulate import tabulate

from zoo.data.readers.hub import last_name
from zoo.errors import ZooError
from zoo.evaluation.metrics import METRICS
from zoo.printable import number_text
from zoo.runs.evaluations import plain_evaluation, read_evaluations
from zoo.runs.folder import CONFIG, check_run_folder, holds_run, read_config, read_history


def run_folders(parent):
    """Paths of the run folders below `parent`, sorted. Raises `ZooError` if it has no runs."""
    configs = pathlib.Path(parent).glob(f"**/{CONFIG}")
    found = sorted(path.parent for path in configs if holds_run(path.parent))
    if not found:
        raise ZooError(f"{parent} holds no run folder; zoo train MODEL TASK makes one in runs/")
    return found


class Summary:
    """What a run folder says of itself.

    Args:
        folder: path of a run folder.

    Attributes:
        settings: dict of everything that was decided for the run, by name, without the tokenizers.
        trained_on: str, the task's name, or the names of the user's own files.
        history: list of dicts, one per validation.
        evaluation: the `Evaluation` of the whole test split by the run alone, or None.

    Raises:
        ZooError: not a run folder, or a broken one.
    """

    def __init__(self, folder):
        check_run_folder(folder)
        self.folder = pathlib.Path(folder)
        config = read_config(folder)
        model, task = config["model"], config["task"]
        taken = {"model", "task", *config["recipe"]}
        options = {
            f"model.{key}" if key in taken else key: value
            for key, value in model["overrides"].items()
        }
        self.settings = {"model": model["name"], **options, "task": task["name"]}
        self.settings |= {f"task.{key}": value for key, value in task["options"].items()}
        self.settings |= config["recipe"]
        self.trained_on = ", ".join(map(last_name, task["options"].get("data") or [task["name"]]))
        self.history = read_history(folder)
        self.evaluation = plain_evaluation(read_evaluations(folder))

    def best(self):
        """The best validation score by the task's first metric so far.

        Returns:
            (metric's name, score, epoch), or None if no epoch is finished.
        """
        for key in self.history[0] if self.history else ():
            metric = METRICS.get(key.removeprefix("validation_"))
            if key.startswith("validation_") and metric is not None:
                row = metric.best(self.history, key=lambda row: row[key])
                return metric.name, row[key], row["epoch"]
        return None

    def epochs(self):
        """Finished epochs, with the part of the next one up to its last validation."""
        return number_text(self.history[-1]["epoch"]) if self.history else "0"


def list_runs(parent):
    """The table of the runs below a folder; a broken run has a line that says so."""
    rows = []
    for folder in run_folders(parent):
        try:
            rows.append((folder, *columns(Summary(folder))))
        except (ZooError, OSError) as error:
            reason = str(error).removeprefix(f"{folder}/")
            rows.append(
                (folder, "", "", "", reason if len(reason) < 60 else f"{reason[:57]}...", "")
            )
    head = ("run", "model", "trained on", "epochs", "best validation", "test split")
    return tabulate(rows, head, disable_numparse=True)


def columns(run):
    """A `Summary` as the columns of the table, without its folder."""
    metric, value, epoch = run.best() or ("", None, "")
    best = "" if value is None else f"{metric} {number_text(value)} in epoch {epoch:.4g}"
    scores = run.evaluation.scores if run.evaluation else {}
    tested = ", ".join(f"{name} {number_text(score['value'])}" for name, score in scores.items())
    return run.settings["model"], run.trained_on, run.epochs(), best, tested


def compare_runs(folders):
    """The table of what differs between runs: their settings, and then their scores."""
    runs = [Summary(folder) for folder in folders]
    rows = []
    for name in dict.fromkeys(name for run in runs for name in run.settings):
        values = [run.settings.get(name) for run in runs]
        if len(set(map(json.dumps, values))) > 1:
            rows.append([name, *values])
    rows.append(["epochs", *(run.epochs() for run in runs)])
    best = [run.best() for run in runs]
    shown = ("" if found is None else f"{found[0]} {number_text(found[1])}" for found in best)
    rows.append(["best validation", *shown])
    strategies = ["" if run.evaluation is None else run.evaluation.strategy for run in runs]
    if len(set(strategies)) > 1:
        rows.append(["decoded by", *strategies])
    tested = [{} if run.evaluation is None else run.evaluation.scores for run in runs]
    for name in dict.fromkeys(name for scores in tested for name in scores):
        values = [scores.get(name) for scores in tested]
        shown = ("" if score is None else number_text(score["value"]) for score in values)
        rows.append([f"test {name}", *shown])
    return tabulate(rows, ("", *map(str, folders)), disable_numparse=True)
