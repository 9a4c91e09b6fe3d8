"""How a suite was made, as a list: what was compared, on what budget, and where it was run."""

from benchmarks.comparison import machines, models_of
from benchmarks.labels import budget, options_text, passes
from benchmarks.provenance import short
from benchmarks.rate_table import rate_of

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def joined(items) -> str:
    """Items as in a sentence: "a, b and c"."""
    *first, last = map(str, items)
    return f"{', '.join(first)} and {last}" if first else last


def summary(suite, comparisons) -> str:
    """A list: what was compared, on what budget, after what pre-training, and where it was run."""
    rows = [row for comparison in comparisons.values() for row in comparison.rows]
    tasks = joined(comparisons)
    models, rates = models_of(rows), ""
    if suite.learning_rates:
        models = dict.fromkeys(rate_of(model)[0] for model in models)
        rates = f" and each of {number(len(suite.learning_rates))} learning rates"
    counted = f"{number(len(models))} model{'s' * (len(models) > 1)}"
    seeds = sorted({len(c.of(model)) for c in comparisons.values() for model in c.models})
    budgets = "; ".join(f"{task}, {budget(c.rows)}" for task, c in comparisons.items())
    versions = dict.fromkeys(
        ", ".join(f"{name} {version}" for name, version in row["versions"].items()) for row in rows
    )
    commits = dict.fromkeys(f"`{short(row['commit'])}`" for row in rows)
    threads = f"{number(suite.threads)} thread{'s' if suite.threads > 1 else ''}"
    return "\n".join(
        [
            f"- **Compared:** {counted} on {tasks}, each with "
            f"{' to '.join(number(count) for count in dict.fromkeys((seeds[0], seeds[-1])))} "
            f"seed{'s' * (seeds[-1] > 1)}{rates}.",
            f"- **Budget of each model:** {budgets}.",
            *pretraining(rows),
            f"- **Run** by `python -m benchmarks {suite.argument}`{taken_over(suite, rows)} on "
            f"{'; '.join(machines(rows))}, {threads} per cell, {side_by_side(suite)}; "
            f"{'; or '.join(versions)}; commit {', '.join(commits)}.",
        ]
    )


def side_by_side(suite) -> str:
    """How many cells of a suite run at the same time, in words."""
    return "one cell at a time" if suite.jobs == 1 else "cells side by side"


def taken_over(suite, rows: list[dict]) -> str:
    """Which other suites have run some of the rows, in words."""
    others = sorted({row["suite"] for row in rows} - {suite.name})
    return f" (rows taken over from {joined(f'`{name}`' for name in others)})" if others else ""


def pretraining(rows: list[dict]) -> list[str]:
    """What some models were trained on first, as an item of a list, if there are any."""
    found = {}
    for row in rows:
        if "pretraining" in row:
            found.setdefault(pretraining_text(row), []).append(row)
    several = len(found) > 1
    return [
        f"- **Before it,** models with `pretrained=true` were trained on {what}, "
        f"{max(row['pretraining']['tokens_seen'] for row in group):,} target tokens"
        f"{' (' + joined(tasks_of(group)) + ')' if several else ''}."
        for what, group in found.items()
    ]


def pretraining_text(row: dict) -> str:
    """What a row's model was trained on first, and for how long."""
    table = row["settings"]["pretraining"]
    words = f"{table['task']} {options_text(table['options'])}".strip()
    return f"`{words}`" + (f", {passes(table['recipe'])}" if table["recipe"].get("epochs") else "")


def tasks_of(rows: list[dict]) -> list[str]:
    """The tasks of rows, as code."""
    return [f"`{task}`" for task in dict.fromkeys(row["task"] for row in rows)]


def number(count: int) -> str:
    """A small number as a word."""
    return NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"
