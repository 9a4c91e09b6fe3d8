"""`python -m benchmarks.probes.task_sizes [TASK ...]`: counts the data of tasks.

Writes results/tasks.csv, of which the rows of tasks that are not named stay. Missing data are
downloaded; see `zoo.data.download`.
"""

import sys

import pandas as pd

from benchmarks.labels import options_text
from benchmarks.suite import REPOSITORY
from zoo import registry
from zoo.data.task import create_task
from zoo.files import write_text

OPTIONS = {  # besides every task's defaults
    "multi30k": ({"target": "fr"}, {"source": "de", "target": "en"}, {"form": "tok"}),
    "django": ({"target": "words"},),
    "sql": ({"split": "query"},),
    "scan": ({"split": "length"}, {"split": "jump"}),
    "tatoeba": ({"source": "fr"},),
}


PATH = REPOSITORY / "results" / "tasks.csv"


def main(names):
    """Counts the data of the tasks with these names; an empty list means every task."""
    asked = names or [name for name in registry.list_tasks() if name != "files"]
    kept = pd.read_csv(PATH, keep_default_na=False, dtype=str) if names else pd.DataFrame()
    rows = [row for row in kept.to_dict("records") if row["task"] not in asked]
    rows += [
        row
        for name in asked
        for options in ({}, *OPTIONS.get(name, ()))
        for row in sizes(create_task(name, **options), options)
    ]
    rows.sort(key=lambda row: row["task"])  # the order within a task stays
    write_text(PATH, pd.DataFrame(rows).to_csv(index=False, float_format="%.4g"))


def sizes(task, options):
    """Yields a row a split.

    Args:
        task: `Task`.
        options: dict, the options that it was made with, where they are not the defaults.
    """
    trained = {example.source for example in task.splits["train"]}
    for split, examples in task.splits.items():
        sources = [task.source_tokenizer.length(example.source) for example in examples]
        targets = task.target_tokenizer.encode_batch(
            [text for example in examples for text in example.references]
        )
        yield {
            "task": task.name,
            "options": options_text(options),
            "split": split,
            "examples": len(examples),
            "references": len(targets),
            "source_vocabulary": getattr(task.source_tokenizer, "size", ""),
            "target_vocabulary": task.target_tokenizer.size,
            "mean_source_tokens": sum(sources) / len(sources),
            "longest_source": max(sources),
            "mean_target_tokens": sum(map(len, targets)) / len(targets),
            "longest_target": max(map(len, targets)),
            "sources_that_are_trained": sum(example.source in trained for example in examples)
            / len(examples),
        }


if __name__ == "__main__":
    main(sys.argv[1:])
