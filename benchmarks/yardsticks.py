"""What a task's scores are held against: a baseline without a network, and published figures."""

import pathlib
import re

import pandas as pd

from benchmarks.labels import options_text
from benchmarks.suite import REPOSITORY
from zoo import registry
from zoo.evaluation.metrics import METRICS

# Options that leave a baseline as it is: those of tokens, and how many pairs a network learns from.
ASIDE = ("pieces", "kind", "train_limit")
BASELINES = REPOSITORY / "results" / "baselines.csv"
BELOW = "† marks a score that is no better than that of the baseline, which has no network."
NAMED = re.compile(r"\b(\w+)=(\w+)")  # an option and its value


def yardsticks(row: dict, baselines: pathlib.Path = BASELINES) -> list[str]:
    """A paragraph on the baseline of a row's task, and one on what others report.

    Args:
        row: of any model on the task.
        baselines: path of the table of baselines' scores.
    """
    settings = row["settings"]
    task, options = settings["task"], settings["options"]
    found = []
    if scores := baseline(settings, read_baselines(baselines)):
        known = {key: value for key, value in options.items() if key not in ASIDE}
        words = "".join(f" --task-option {key}={value}" for key, value in known.items())
        seen = ", which sees all pairs" if "train_limit" in options else ""
        found.append(f"Without a network (`zoo baseline {task}{words}`{seen}): {scores}.")
    return found + published_figures(row)


def read_baselines(path: pathlib.Path = BASELINES) -> pd.DataFrame:
    """The table of baselines' scores; it has no lines if there is no file."""
    if path.is_file():
        return pd.read_csv(path).fillna("")
    return pd.DataFrame(columns=["task", "options", "split", "metric", "score"])


def published_figures(row: dict) -> list[str]:
    """A paragraph on what others report on a row's task, if there are figures."""
    figures = [f"[{who}]({address}): {score}" for who, score, address in published(row)]
    return [f"Published: {'; '.join(figures)}."] if figures else []


def figure_links(row: dict) -> list[str]:
    """The published scores on a row's task, each as a link to its source."""
    return [f"[{score}]({address})" for _, score, address in published(row)]


def published(row: dict) -> list[tuple[str, str, str]]:
    """What others report on a row's task: who, the score, and the address of the source.

    A figure that names options of the task, as in "split=jump", belongs to rows with these only.
    """
    name = row["settings"]["task"]
    options = registry.tasks.overrides(name) | row["settings"]["options"]
    return [
        (who, score, address)
        for who, score, address in registry.tasks.entry(name).card["published"]
        if all(str(options.get(option)) == value for option, value in NAMED.findall(who))
    ]


def baseline(settings: dict, table: pd.DataFrame) -> str:
    """The baseline's scores on a cell's split in words, or "" where they were not measured."""
    rows = measured(settings, table)
    scores = zip(rows["metric"], rows["score"])
    return ", ".join(f"{METRICS[metric].label} {score:.3g}" for metric, score in scores)


def baseline_score(settings: dict, metric: str, table: pd.DataFrame) -> float | None:
    """The baseline's score on a cell's split by one metric, or None if it was not measured."""
    rows = measured(settings, table)
    found = rows["score"][rows["metric"] == metric]
    return None if found.empty else float(found.iloc[0])


def measured(settings: dict, table: pd.DataFrame) -> pd.DataFrame:
    """The lines of the table of baselines that belong to a cell's task, options and split."""
    options = {key: x for key, x in settings["options"].items() if key not in ASIDE}
    return table[
        (table["task"] == settings["task"])
        & (table["options"] == options_text(options))
        & (table["split"] == settings["split"])
    ]


def mark(metric: str, scores, simple: float | None) -> str:
    """ "†" if the mean of a model's scores is no better than the baseline's score, else ""."""
    if simple is None or not len(scores):
        return ""
    mean = sum(scores) / len(scores)
    better = mean > simple if METRICS[metric].better == "higher" else mean < simple
    return "" if better else "†"
