"""A page per task: what it maps, three pairs, sizes, baseline and published figures."""

import functools
import inspect
import json

import pandas as pd
from markup import directive, fence, table, toctree, wrapped
from row_values import best, marked

from benchmarks.labels import metric_header, named, options_text
from benchmarks.overview import beginning
from benchmarks.tables import digits
from benchmarks.yardsticks import BELOW
from zoo import registry
from zoo.baselines import BASELINES
from zoo.evaluation.metrics import METRICS
from zoo.registry.docstrings import meanings
from zoo.registry.overrides import family_words

COUNTED = "python -m benchmarks probe task_sizes"
ASIDE = ("rates", "smoke", "speed")  # suites that do not ask which variant is best
LONGEST = 160  # characters of an example that are shown


def tasks_page(names):
    """The index of the tasks.

    Args:
        names: of registered tasks.
    """
    cards = {name: registry.tasks.loaded(name).card for name in names}
    rows = [
        (f"[{name}]({name}.md)", card["title"], METRICS[card["metrics"][0]].label)
        for name, card in cards.items()
    ]
    parts = [
        "# Tasks",
        "`zoo train MODEL TASK` trains on one of these, `zoo show TASK` prints what it takes, "
        "and `zoo baseline TASK` scores a method without a neural network. A model that does no "
        "better than the baseline is not worth training. "
        "[Own data](../../own_data.md) need no task.",
        wrapped(table(("Task", "Maps", "Main metric"), rows)),
        toctree(list(names)),
    ]
    return "\n\n".join(parts) + "\n"


def task_page(name, suites, results):
    """The page of a task.

    Args:
        name: a registered task.
        suites: pairs of `Suite` and its comparisons by task.
        results: folder of the results, with what was counted of the tasks and their baselines.
    """
    entry = registry.tasks.loaded(name)
    card = entry.card
    metrics = ", ".join(f"{METRICS[key].label} (`{key}`)" for key in card["metrics"])
    facts = [
        ("Source", card["source"]),
        ("Licence", card["licence"]),
        ("Metrics", f"{metrics}; the first one chooses the best epoch"),
        ("Baseline", f"`{card['baseline']}`: {what_it_does(card['baseline'])}"),
    ]
    for family, found in card["families"].items():
        words = " ".join(f"`{word}`" for word in family_words(family, found))
        facts.append(("Recommended", f"`zoo train {family} {name}`, which stands for {words}"))
    explained = meanings(entry.make)
    options = [
        (f"`{key}`", f"`{value!r}`", explained.get(key, ""))
        for key, value in registry.tasks.overrides(name).items()
    ]
    parts = [
        f"# {name}",
        directive("automodule", entry.module),
        wrapped(table(("Feature", "Here"), facts)),
        *command(name, entry),
        *titled("Best here", best_table(name, suites)),
        *titled("Examples", pairs_table(name, results / "task_examples.json")),
        *titled("Sizes", sizes_table(name, results / "tasks.csv")),
        *titled("Baseline", baseline_table(name, results / "baselines.csv")),
        *titled("Published figures", published_table(card["published"])),
        "## Options",
        "Give them as `--task-option KEY=VALUE` to `zoo train`, or as keyword arguments to "
        "`zoo.create_task`.",
        wrapped(table(("Option", "Default", "Meaning"), options)),
    ]
    return "\n\n".join(parts) + "\n"


def titled(title, text):
    """A section, or nothing where it would be empty."""
    return (f"## {title}", text) if text else ()


def best_table(name, suites):
    """The best variant of each suite that has a task, by the main metric, or "" without rows."""
    rows = []
    for suite, comparisons in suites:
        for comparison in comparisons.values() if suite.name not in ASIDE else ():
            settings = comparison.rows[0]["settings"]
            if settings["task"] != name:
                continue
            model, _ = best(comparison)
            rows.append(
                (
                    named(model),
                    marked(comparison, model, digits(comparison.main)),
                    metric_header(comparison.main),
                    f"[{suite.name}](../results/{suite.name}/index.md)",
                    len(comparison.models),
                    f"`{options_text(settings['options'])}`" if settings["options"] else "",
                )
            )
    head = ("Best", "Score, greedy", "Metric", "Suite", "Of variants", "Options")
    if not any(row[-1] for row in rows):
        head, rows = head[:-1], [row[:-1] for row in rows]
    text = rows and wrapped(table(head, rows, (1, 4)))
    return f"{text}\n\n{BELOW}" if "†" in text else text


def command(name, entry):
    """How to train on a task, or nothing if it needs a file."""
    own = {"data", "path"} & inspect.signature(entry.make).parameters.keys()
    family = next(iter(entry.card["families"]), "transformer")
    return () if own else (fence("console", f"$ zoo train {family} {name}"),)


def what_it_does(baseline):
    """The first paragraph of a baseline's docstring, which begins small: str."""
    text = " ".join(inspect.getdoc(BASELINES[baseline]).partition("\n\n")[0].split())
    return text[0].lower() + text[1:]


def pairs_table(name, path):
    """The first pairs of a task's test split, or "" if none were kept."""
    pairs = json.loads(path.read_text(encoding="utf-8")).get(name, ())
    rows = [[f"`{beginning(text, LONGEST)}`" for text in pair] for pair in pairs]
    return rows and wrapped(table(("Source", "Target"), rows))


def rows_of(name, path):
    """The rows of a task in a CSV file, with its options as code."""
    for row in lines_by_task(path).get(name, ()):
        yield row, f"`{row.options}`" if row.options else ""


@functools.cache
def lines_by_task(path):
    """The lines of a CSV file by task."""
    found = pd.read_csv(path, keep_default_na=False)
    return {task: list(lines.itertuples()) for task, lines in found.groupby("task")}


def sizes_table(name, path):
    """How many examples a task's splits have, and how long they are, or "" if not counted."""
    rows = [
        (
            options,
            row.split,
            f"{row.examples:,}",
            f"{row.references:,}",
            f"{row.mean_source_tokens:.1f}, up to {row.longest_source}",
            f"{row.mean_target_tokens:.1f}, up to {row.longest_target}",
        )
        for row, options in rows_of(name, path)
    ]
    head = ("Options", "Split", "Examples", "References", "Source tokens", "Target tokens")
    counted = f"Counted by `{COUNTED}`. The end token counts as a token."
    return rows and f"{without_empty(head, rows, right=(2, 3))}\n\n{counted}"


def baseline_table(name, path):
    """What a task's baseline scores, or "" if it was not measured."""
    rows = [
        (options, row.split, METRICS[row.metric].label, f"{row.score:.4g}")
        for row, options in rows_of(name, path)
    ]
    return rows and without_empty(("Options", "Split", "Metric", "Score"), rows, right=(3,))


def without_empty(head, rows, right):
    """A table without its first column where that is empty."""
    if any(row[0] for row in rows):
        return table(head, rows, right)
    return table(head[1:], [row[1:] for row in rows], [column - 1 for column in right])


def published_table(published):
    """What others report on the test split, or "" if nothing is known."""
    rows = [(who, score, f"<{address}>") for who, score, address in published]
    return rows and wrapped(table(("Who", "Score", "Source"), rows))
