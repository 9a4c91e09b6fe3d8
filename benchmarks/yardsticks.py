"""What a task's scores are held against: a baseline without a network, and published figures."""

import pathlib

import pandas as pd

from benchmarks.labels import options_text
from benchmarks.suite import REPOSITORY
from zoo import registry
from zoo.evaluation.metrics import METRICS

BASELINES = REPOSITORY / "results" / "baselines.csv"


def yardsticks(row: dict, baselines: pathlib.Path = BASELINES) -> list[str]:
    """A paragraph on the baseline of a row's task, and one on what others report.

    Args:
        row: of any model on the task.
        baselines: path of the table of baselines' scores.
    """
    settings = row["settings"]
    task, options = settings["task"], settings["options"]
    found = []
    if baselines.is_file() and (scores := baseline(settings, pd.read_csv(baselines).fillna(""))):
        words = "".join(f" --task-option {key}={value}" for key, value in options.items())
        found.append(f"Without a network (`zoo baseline {task}{words}`): {scores}.")
    if published := registry.tasks.entry(task).card["published"]:
        figures = "; ".join(f"[{who}]({address}): {score}" for who, score, address in published)
        found.append(f"Published: {figures}.")
    return found


def baseline(settings: dict, table: pd.DataFrame) -> str:
    """The baseline's scores on a cell's split in words, or "" where they were not measured."""
    rows = table[
        (table["task"] == settings["task"])
        & (table["options"] == options_text(settings["options"]))
        & (table["split"] == settings["split"])
    ]
    scores = zip(rows["metric"], rows["score"])
    return ", ".join(f"{METRICS[metric].label} {score:.3g}" for metric, score in scores)
