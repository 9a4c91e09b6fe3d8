"""`python -m benchmarks probe baselines [TASK ...]`: the score of each task's baseline.

Writes results/baselines.csv, of which the rows of other tasks stay. Missing data are downloaded;
see `zoo.data.download`.
"""

import pandas as pd

from benchmarks.labels import options_text
from benchmarks.probes.task_sizes import OPTIONS
from benchmarks.suite import REPOSITORY
from zoo import registry
from zoo.baselines import evaluate_baseline
from zoo.data.task import create_task
from zoo.files import write_text

PATH = REPOSITORY / "results" / "baselines.csv"
SPLITS = {"spoken_digits": ("new_speaker",), "dialogue": ("new_words",)}  # besides "test"


def main(names):
    """Scores the baselines of the tasks with these names; an empty list means every task."""
    asked = names or [name for name in registry.list_tasks() if name != "files"]
    kept = (
        pd.read_csv(PATH, keep_default_na=False, dtype=str).to_dict("records")
        if PATH.exists()
        else []
    )
    rows = [row for row in kept if row["task"] not in asked]
    for name in asked:
        for options in ({}, *OPTIONS.get(name, ())):
            task = create_task(name, **options)
            for split in ("test", *SPLITS.get(name, ())):
                rows += scores(task, options, split)
        rows.sort(key=lambda row: row["task"])  # the order within a task stays
        write_text(PATH, pd.DataFrame(rows).to_csv(index=False))


def scores(task, options, split):
    """Yields a row per metric.

    Args:
        task: `Task`.
        options: dict, the options that it was made with, where they are not the defaults.
        split: str.
    """
    report = evaluate_baseline(registry.tasks.entry(task.name).card["baseline"], task, split)
    for metric, score in report.scores.items():
        yield {
            "task": task.name,
            "options": options_text(options),
            "split": split,
            "baseline": report.strategy,
            "metric": metric,
            "score": f"{score['value']:.4g}",
            "signature": score["signature"],
        }
