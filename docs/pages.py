"""The pages of tasks, parity and speed, as Markdown."""

import csv
import importlib
import inspect
import itertools

import pandas as pd
from markup import directive, table

import zoo
from zoo import registry
from zoo.baselines import BASELINES
from zoo.data.front_ends.front_end import FrontEnd
from zoo.errors import ZooError
from zoo.evaluation.metrics import METRICS

SHOWN = 3  # example pairs of a task


def tasks_page(path, baselines):
    """The page of the tasks, with what was counted of their data, and their baselines' scores."""

    counted, scored = (pd.read_csv(x, keep_default_na=False) for x in (path, baselines))
    parts = [
        "# Tasks",
        "Options are given as `--task-option KEY=VALUE` of `zoo train`, and as keyword arguments "
        "of `zoo.create_task`. "
        "Examples and tokens, the end token included, are counted by `python -m "
        "benchmarks.probes.task_sizes`. A baseline is no network. A model that scores below it is "
        "not worth its training; `zoo baseline TASK` scores it.",
    ]
    for name in registry.list_tasks():
        entry = registry.tasks.loaded(name)
        metrics = ", ".join(
            f"{METRICS[metric].label.lower()} (`{metric}`)" for metric in entry.card["metrics"]
        )
        facts = [
            ("Maps", entry.card["title"]),
            ("Source", entry.card["source"]),
            ("Licence", entry.card["licence"]),
            ("Metrics", f"{metrics}; the first one chooses the best epoch"),
            ("Baseline", f"`{entry.card['baseline']}`: {what_it_does(entry.card['baseline'])}"),
        ]
        options = [
            (f"`{key}`", f"`{value!r}`") for key, value in registry.tasks.overrides(name).items()
        ]
        published = [
            (who, score, f"<{address}>") for who, score, address in entry.card["published"]
        ]
        sizes = [
            (
                f"`{row.options}`" if row.options else "",
                row.split,
                f"{row.examples:,}",
                f"{row.references:,}",
                f"{row.mean_source_tokens:.1f}, up to {row.longest_source}",
                f"{row.mean_target_tokens:.1f}, up to {row.longest_target}",
            )
            for row in counted[counted["task"] == name].itertuples()
        ]
        parts += [
            f"## {name}",
            table(("Feature", "Here"), facts),
            *example_pairs(name, entry.card["source"]),
            table(("Option", "Default"), options),
            table(
                ("Options", "Split", "Examples", "References", "Source tokens", "Target tokens"),
                sizes,
                right=(2, 3),
            ),
            table(
                ("Options", "Split", "Metric", "Score of the baseline"),
                [
                    (
                        f"`{row.options}`" if row.options else "",
                        row.split,
                        METRICS[row.metric].label.lower(),
                        f"{row.score:.4g}",
                    )
                    for row in scored[scored["task"] == name].itertuples()
                ],
                right=(3,),
            ),
            *(
                [table(("Published", "On the test split", "Source"), published)]
                if published
                else ()
            ),
            directive("autofunction", f"{entry.module}.{entry.make.__qualname__}"),
            directive("automodule", entry.module),
        ]
    return "\n\n".join(parts) + "\n"


def what_it_does(baseline):
    """The first paragraph of a baseline's docstring, which begins small: str."""
    text = " ".join(inspect.getdoc(BASELINES[baseline]).partition("\n\n")[0].split())
    return text[0].lower() + text[1:]


def example_pairs(name, source):
    """Three pairs of a task whose data need no download."""
    if not source.startswith("generated") and "PyPI" not in source:
        return ()
    few = {key: SHOWN for key in ("train", "validation", "test")}
    known = registry.tasks.overrides(name)
    try:
        task = zoo.create_task(name, **{key: few[key] for key in few if key in known})
    except ZooError:  # the package of its data is an extra
        return ()
    if isinstance(task.source_tokenizer, FrontEnd):  # paths of pictures say nothing
        return ()
    pairs = [(f"`{x.source}`", f"`{x.references[0]}`") for x in task.examples("test")[:SHOWN]]
    return (table(("Source", "Target"), pairs),)


def parity_page(path):
    """The page of what the parity tests measured."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    parts = [
        "# Parity",
        "Every variant is held to a reference with the same weights. The difference is the "
        "largest absolute one, over the "
        "largest magnitude of the reference or over 1 where that is smaller; a test fails above "
        "the tolerance.",
        "`python -m pytest --parity-csv=results/parity.csv` measures it again.",
    ]
    for family, members in itertools.groupby(rows, key=lambda row: row["variant"]):
        parts += [
            f"## {family}",
            table(
                ("Reference", "What is compared", "Largest difference", "Tolerance"),
                [list(row.values())[1:] for row in members],
                right=(2, 3),
            ),
        ]
    return "\n\n".join(parts) + "\n"


def speed_page(what, path):
    """The page of how fast decoding or training is beside other libraries."""
    if not path.is_file():
        return f"# Speed of {what}\n\nNothing has been measured yet.\n"
    module = importlib.import_module(f"benchmarks.peers.{what}_page")
    title, numbers, reading, rest = module.render(path).split("\n\n", 3)
    return "\n\n".join([title, reading, numbers, rest])  # how to read it stands above it
