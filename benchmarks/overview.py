"""Suites of many tasks at a glance: scores, and what the best model wrote for one example."""

import functools
import json
from collections import Counter

import pandas as pd

from benchmarks.cell import is_pretrained, registered_name
from benchmarks.comparison import Comparison, models_of, row_name, scores_of
from benchmarks.labels import metric_header, named
from benchmarks.rows import attention_file, first_score, read_outcomes
from benchmarks.suite import REPOSITORY
from benchmarks.summary import joined
from benchmarks.tables import as_markdown, digits, spread
from benchmarks.yardsticks import (
    BASELINES,
    BELOW,
    baseline_score,
    figure_links,
    mark,
    read_baselines,
)
from zoo.evaluation.metrics import METRICS

EXAMPLES = REPOSITORY / "results" / "task_examples.json"
MANY = 4  # a suite with at least this many tasks gets an overview
LONGEST = 90  # characters of a text that is shown


def has_overview(suite) -> bool:
    """Whether a suite has so many tasks that its page opens with a line for each."""
    return len(suite.tasks) >= MANY


def overview_parts(suite, comparisons: dict[str, Comparison], results) -> list[str]:
    """The overview of a suite and how to read it, or nothing for few tasks.

    Args:
        suite: `Suite`.
        comparisons: by task.
        results: path of the folder with the rows' outcomes/.
    """
    if not has_overview(suite):
        return []
    samples = samples_table(comparisons, results)
    return [
        *scores_at_a_glance(suite, comparisons),
        *(["What the best model wrote for the first test example:", samples] if samples else []),
        *attention_parts(comparisons, results),
    ]


def scores_at_a_glance(suite, comparisons: dict[str, Comparison], page: str = "") -> list[str]:
    """The overview table as Markdown, and how to read it.

    Args:
        suite: `Suite`.
        comparisons: by task.
        page: address of the page that has a section per task, "" for this one.
    """
    table = overview_table(suite, comparisons, page)
    several = shared(suite, comparisons)
    changes = [named(model) for model in several if model != registered_name(model)]
    short = changes and base_names_differ(several)
    told = f" The models are {joined(changes)}." if short else ""
    greedy = all(last_decoder(found) == "greedy" for found in comparisons.values())
    decoding = "greedy decoding" if greedy else "the suite's beam search"
    return [
        as_markdown(table),
        f"Scores of {decoding}.{told} {BELOW} Published scores mostly come from "
        "larger models or more data and are not always computed the same way; the page of a task "
        "names their sources.",
    ]


def overview_table(
    suite, comparisons: dict[str, Comparison], page: str = "", baselines=BASELINES
) -> pd.DataFrame:
    """The score of the main metric of each task: baseline, models, and what others report.

    Models of at least half of the tasks have a column each. Of the others, the best is named.
    A model that is no better than the baseline is marked †.
    """
    table = read_baselines(baselines)
    several = shared(suite, comparisons)
    short = base_names_differ(several)
    headers = {model: named(registered_name(model) if short else model) for model in several}
    more = len(several) < len(all_models(comparisons))
    lines = []
    for task, comparison in comparisons.items():
        first, metric, decoder = comparison.rows[0], comparison.main, last_decoder(comparison)
        simple = baseline_score(first["settings"], metric, table)
        line = {
            "Task": f"[{task}]({page}#{task})",
            "Metric": metric_header(metric),
            "Baseline": "–" if simple is None else f"{simple:,.{digits(metric)}f}",
        }
        for model, header in headers.items():
            scores = scores_of(comparison.of(model), (decoder, metric))
            text = spread(scores, digits(metric))
            line[header] = text + mark(metric, scores, simple)
        if more:
            line["Another model"] = best_other(comparison, several, simple)
        figures = figure_links(first)
        lines.append(line | {"Published": figures[0] if figures else ""})
    return pd.DataFrame(lines)


def all_models(comparisons: dict[str, Comparison]) -> list[str]:
    """The models that any task has."""
    return models_of(row for comparison in comparisons.values() for row in comparison.rows)


def shared(suite, comparisons: dict[str, Comparison]) -> list[str]:
    """The models with rows that the suite has on at least half of its tasks."""
    counts = Counter(model for task in suite.tasks for model in suite.models_of(task))
    return [model for model in all_models(comparisons) if 2 * counts[model] >= len(suite.tasks)]


def best_other(comparison: Comparison, several: list[str], simple: float | None) -> str:
    """The score and the name of the best of the models without a column of their own, or "".

    Args:
        comparison: of the task.
        several: the models that have a column.
        simple: the baseline's score, or None.
    """
    rows = [row for row in comparison.rows if row["model"] not in several]
    if not rows:
        return ""
    metric, model = comparison.main, best_row(rows, comparison)["model"]
    scores = scores_of(comparison.of(model), (last_decoder(comparison), metric))
    text = spread(scores, digits(metric)) + mark(metric, scores, simple)
    first = " after pre-training" if is_pretrained(model) else ""
    return f"{text} {named(registered_name(model))}{first}"  # the task's table has its options


def base_names_differ(models: list[str]) -> bool:
    """Whether registered names, without overrides, tell models apart."""
    return len({registered_name(model) for model in models}) == len(models)


def last_decoder(comparison: Comparison) -> str:
    """The label of the decoder that a suite names last, whose scores the overview shows."""
    return [decoder for decoder, name in comparison.columns if name == comparison.main][-1]


def samples_table(comparisons: dict[str, Comparison], results) -> str:
    """The first test example of each task and the best model's output, as Markdown, or ""."""
    pairs = json.loads(EXAMPLES.read_text(encoding="utf-8")) if EXAMPLES.is_file() else {}
    lines = []
    for task, comparison in comparisons.items():
        if task not in pairs or comparison.rows[0]["settings"]["options"]:
            continue  # the examples are those of the task without options
        known = [row for row in comparison.rows if row.get("outcomes")]
        if not known:
            continue
        decoder, row = last_decoder(comparison), best_row(known, comparison)
        source, target = pairs[task][0]
        output = read_outcomes(results, row_name(row), row).outputs[decoder][0]
        lines.append(
            {
                "Task": task,
                "Source": shown(source),
                "Output": "as the reference" if output is None else shown(output),
                "Reference": shown(target),
                "By": named(row["model"]),
            }
        )
    return as_markdown(pd.DataFrame(lines)) if lines else ""


def best_row(rows: list[dict], comparison: Comparison) -> dict:
    """The row of the best score by the main metric and the last decoder."""
    key = functools.partial(first_score, decoder=last_decoder(comparison))
    return METRICS[comparison.main].best(rows, key=key)


def attention_parts(comparisons: dict[str, Comparison], results, place: str = "") -> list[str]:
    """Where the best model looks in the first test example, for recordings and pictures.

    Args:
        comparisons: by task.
        results: path of the folder with the pictures in attention/.
        place: the address of that folder with "/" at its end, "" for that of the page.
    """
    parts = []
    for task, comparison in comparisons.items():
        drawn = [row for row in comparison.rows if attention_file(results, row_name(row)).is_file()]
        if drawn:
            row = best_row(drawn, comparison)
            file = attention_file(results, row_name(row)).relative_to(results)
            parts += [
                f"Where {named(row['model'])} looks in the first test example of {task}:",
                f"![Attention over the first test example of {task}]({place}{file})",
            ]
    return parts


def beginning(text: str, longest: int) -> str:
    """A text, or the beginning of one of more characters than `longest`."""
    return text if len(text) <= longest else f"{text[:longest].rstrip()} …"


def shown(text: str) -> str:
    """The beginning of a text as code in a cell of a table."""
    return f"`{beginning(text, LONGEST)}`".replace("|", "\\|") if text else "(nothing)"
