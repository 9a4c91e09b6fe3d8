"""What a change of a model is worth: its score beside that of the same model without it."""

import pandas as pd

from benchmarks.cell import registered_name
from benchmarks.comparison import Comparison, metric_of, row_name, unit
from benchmarks.labels import change, named
from benchmarks.resampling import resample
from benchmarks.rows import read_outcomes
from benchmarks.statistics import effect
from benchmarks.tables import as_markdown, signed


def worth_table(comparison: Comparison, results) -> pd.DataFrame:
    """The difference that each change makes to the greedy score of the task's main metric.

    Args:
        comparison: of the rows of a task.
        results: path of the folder with the rows' outcomes/.

    Returns:
        Text, one line per model with overrides whose plain model has rows, too; empty without one.
        Models of one seed are taken to vary between seeds as the others do on average.
    """
    known = [model for model in comparison.models if model not in comparison.unknown]
    pairs = [(model, registered_name(model)) for model in known]
    pairs = [(model, base) for model, base in pairs if model != base and base in known]
    if not pairs:
        return pd.DataFrame()
    metric = metric_of(comparison.main)
    systems = {
        model: [
            read_outcomes(results, row_name(row), row).counts["greedy"][comparison.main]
            for row in comparison.of(model)
        ]
        for model in dict.fromkeys(name for pair in pairs for name in pair)
    }
    scores = resample(systems, metric)
    siblings = [found for found in scores.values() if found.observed.size > 1]
    sign = 1.0 if metric.better == "higher" else -1.0
    points = "points" if unit(metric) else metric.label
    lines = []
    for model, base in pairs:
        found = effect(sign * scores[model], -sign * scores[base], siblings=siblings)
        first, second = comparison.of(model)[0], comparison.of(base)[0]
        lines.append(
            {
                "Variant": named(base),
                "Change": change(model, comparison.rows),
                "Seeds": " and ".join(map(str, found.seeds)),
                "Parameters": f"{first['parameters'] / second['parameters']:.2f} times",
                f"Better by, {points} [95% interval]": (
                    f"{signed(found.value)} [{signed(found.low)}, {signed(found.high)}]"
                ),
            }
        )
    return pd.DataFrame(lines)


def worth_parts(comparison: Comparison, results) -> list[str]:
    """The table of what changes are worth, under its heading; nothing without such models."""
    table = worth_table(comparison, results)
    if table.empty:
        return []
    return [
        "### What each change is worth",
        as_markdown(table),
        "Greedy scores, less those of the same model without the change: above 0 the change is an "
        "improvement. An interval is for one comparison; it covers the examples, and the seeds "
        "where there are several. A change of `epochs` is one of the budget.",
    ]
