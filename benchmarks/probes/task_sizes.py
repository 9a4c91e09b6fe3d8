"""`python -m benchmarks probe task_sizes [TASK ...]`: counts the data of tasks.

Writes results/tasks.csv and, with the first pairs of each test split, results/task_examples.json.
What they say of tasks that are not named stays. Missing data are downloaded; see
`zoo.data.download`.
"""

import json
import pathlib

import pandas as pd

from benchmarks.labels import options_text
from benchmarks.overview import EXAMPLES, beginning
from benchmarks.suite import REPOSITORY
from zoo import registry
from zoo.data.front_ends.front_end import FrontEnd
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
PAIRS = 3  # of each task
LONGEST = 400  # characters of a text that are kept


def main(names):
    """Counts the data of the tasks with these names; an empty list means every task."""
    asked = names or [name for name in registry.list_tasks() if name != "files"]
    kept = pd.read_csv(PATH, keep_default_na=False, dtype=str) if names else pd.DataFrame()
    rows = [row for row in kept.to_dict("records") if row["task"] not in asked]
    known = json.loads(EXAMPLES.read_text(encoding="utf-8")) if EXAMPLES.is_file() else {}
    for name in asked:
        for options in ({}, *OPTIONS.get(name, ())):
            task = create_task(name, **options)
            rows += sizes(task, options)
            if not options:
                known[name] = example_pairs(task)
    rows.sort(key=lambda row: row["task"])  # the order within a task stays
    write_text(PATH, pd.DataFrame(rows).to_csv(index=False))
    text = json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False)
    write_text(EXAMPLES, text + "\n")


def example_pairs(task):
    """The first pairs of a task's test split, as lists of two texts.

    A recording or picture is named by its file, without the folder.
    """
    return [
        [
            pathlib.PurePath(x.source).name if is_front_end(task) else beginning(x.source, LONGEST),
            beginning(x.references[0], LONGEST),
        ]
        for x in task.examples("test")[:PAIRS]
    ]


def is_front_end(task):
    """Whether the sources of a task are files."""
    return isinstance(task.source_tokenizer, FrontEnd)


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
        seen = sum(example.source in trained for example in examples)
        yield {
            "task": task.name,
            "options": options_text(options),
            "split": split,
            "examples": len(examples),
            "references": len(targets),
            "source_vocabulary": getattr(task.source_tokenizer, "size", ""),
            "target_vocabulary": task.target_tokenizer.size,
            "mean_source_tokens": f"{sum(sources) / len(sources):.4g}",
            "longest_source": max(sources),
            "mean_target_tokens": f"{sum(map(len, targets)) / len(targets):.4g}",
            "longest_target": max(map(len, targets)),
            "sources_that_are_trained": f"{seen / len(examples):.4g}",
        }
