"""The results on the pages of models, and the index of the suites, as Markdown."""

import functools
import itertools
import re

from markup import table, toctree, wrapped
from row_values import trained_per_second

from benchmarks.cell import registered_name
from benchmarks.comparison import machine, machines
from benchmarks.labels import metric_header
from benchmarks.results_index import index_table
from benchmarks.tables import quality_table, spread
from zoo import registry

SIZE, SPEED = "Parameters", "Training, tokens/s ↑"
WORDS = {"Task", "Model", "Change"}  # columns that start at the left


def result_parts(names, suites):
    """The scores of a family's models in every suite, with whatever options: a table per suite.

    Args:
        names: the models of a family.
        suites: pairs of `Suite` and its comparisons by task.
    """
    parts = []
    for suite, comparisons in suites:
        found = [
            (comparison, model)
            for comparison in comparisons.values()
            for model in comparison.models
            if registered_name(model) in names
        ]
        if found and not suite.learning_rates:
            parts += suite_part(suite, found)
    return parts or ["No size of this family is in a results table yet."]


def suite_part(suite, found):
    """A family's part of a suite, under a sentence that says where it is from.

    Args:
        suite: `Suite`.
        found: pairs of a comparison and a model in it.
    """
    rows = [row for comparison, model in found for row in comparison.of(model)]
    where, *others = machines(rows)
    lines = [result_line(comparison, model, where) for comparison, model in found]
    used = dict.fromkeys(itertools.chain.from_iterable(lines))
    heads = [name for name in used if any(line.get(name) for line in lines)]
    heads.sort(key=lambda name: name in (SIZE, SPEED))  # right of the decoders of all tasks
    text = [[line.get(name, "") for name in heads] for line in lines]
    return [
        f"[{suite.title}](../results/{suite.name}/index.md): {seeds_of(rows)}"
        + ("; bold is the best of its table or tied with it" if marked(found) else "")
        + (f". The speeds are those of {where}." if others else f". Measured on {where}."),
        wrapped(table(heads, text, right=range(len(WORDS & set(heads)), len(heads)))),
    ]


def result_line(comparison, model, where):
    """The scores of a model in the task's first metric, its size, and its speed on a machine."""
    base, _, overrides = model.partition(" ")
    rows = comparison.of(model)
    scores = main_scores(comparison).iloc[comparison.models.index(model)]
    line = {
        "Task": f"`{rows[0]['task']}`: {metric_header(comparison.main)}",
        "Model": f"`{base}`",
        "Change": f"`{overrides}`" if overrides else "",
    }
    for decoder, metric in comparison.columns:
        if metric == comparison.main:
            line[decoder.capitalize().replace("_", " ")] = scores[metric_header(metric, decoder)]
    line[SIZE] = f"{rows[0]['parameters']:,}"
    timed = [trained_per_second(row) for row in rows if machine(row) == where]
    return line | {SPEED: spread(timed, 0)}


@functools.cache
def main_scores(comparison):
    """The table of a comparison with its first metric alone."""
    return quality_table(comparison, (comparison.main,))


def seeds_of(rows):
    """How many seeds rows have, in words."""
    count = len({row["seed"] for row in rows})
    return f"mean ± standard deviation of {count} seeds" if count > 1 else "one seed"


def marked(found):
    """Whether best scores are known in any of the comparisons of pairs with a model."""
    return any(comparison.behind for comparison, _ in found)


def suite_page(text, families):
    """The results page of a suite as a page of the site: names of models lead to their families."""
    text = text.replace("/README.md)", "/index.md)")

    def linked(found):
        name = found[1]
        family = registry.card(name)["family"] if name in registry.list_models() else ""
        return f"| [`{name}`](../../models/{family}.md)" if family in families else found[0]

    return re.sub(r"(?m)^\| `(\w+)`", linked, text)


def short_table(comparisons):
    """The greedy scores of a suite by its tasks' first metrics, one line per variant."""
    lines = {}
    for task, comparison in comparisons.items():
        metric = next(name for decoder, name in comparison.columns if decoder == "greedy")
        scores = quality_table(comparison, (metric,))
        column = next(header for header in scores.columns if header.endswith("greedy"))
        for variant, attention, score in scores[["Variant", "Attention", column]].values:
            line = lines.setdefault(variant, {"Variant": variant, "Attention": attention})
            line[f"`{task}`: {column.removesuffix(' greedy').lower()}"] = score
    headers = list(next(iter(lines.values())))
    return table(headers, [line.values() for line in lines.values()], range(2, len(headers))) + (
        "\n\nMean ± standard deviation of seeds; bold is the best of a column or tied with it.\n"
    )


def results_index(suites, results):
    """The index of all suites.

    Args:
        suites: pairs of a suite that has results and those.
        results: path of the folder with a folder for each suite.
    """
    parts = [
        "# Results",
        "Tables and figures are rendered from the rows in `results/`, one page per suite. "
        "Every row names the command that makes it again. Long suites are run a few cells at a "
        "time: the table shows how many have a row so far.",
        index_table("{}/index.md", results),
        "- [What the papers promise](claims/index.md): which of their claims hold here. "
        "`python -m benchmarks claims`",
        "- [The explorer](explorer.md): every row, to sort, filter and draw.",
        toctree(["claims/index", "explorer", *(f"{suite.name}/index" for suite, _ in suites)]),
    ]
    return "\n\n".join(parts) + "\n"
