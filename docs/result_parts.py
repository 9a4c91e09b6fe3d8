"""The results on the pages of models, and the index of the suites, as Markdown."""

import functools
import re

from markup import table, toctree, wrapped

from benchmarks.cell import registered_name
from benchmarks.comparison import machines
from benchmarks.labels import metric_header, named
from benchmarks.results_index import index_table
from benchmarks.tables import quality_table
from benchmarks.yardsticks import BELOW
from zoo import registry

HEADS = ("Task: metric", "Greedy", "Beam", "Model", "Suite", "Parameters", "CPU")


def result_parts(names, suites):
    """The scores of a family's models in every suite, with whatever options.

    Args:
        names: the models of a family.
        suites: pairs of `Suite` and its comparisons by task.
    """
    lines = {}
    for suite, comparisons in suites:
        if suite.learning_rates or not suite.scored:
            continue
        for comparison in comparisons.values():
            for model in comparison.models:
                if registered_name(model) in names:
                    runs = frozenset(row["command"] for row in comparison.of(model))
                    lines.setdefault(runs, result_line(suite, comparison, model))
    if not lines:
        return ["No size of this family is in a results table yet."]
    below = BELOW if any("†" in cell for cells in lines.values() for cell in cells) else ""
    return [
        "Each line is a variant in a suite: the mean ± standard deviation of its seeds in the "
        "task's first metric, in bold if it is the best of its suite or tied with it. What "
        "several suites share is listed once. The pages of the suites have more metrics, and "
        f"speeds. {below}".strip(),
        wrapped(table(HEADS, list(lines.values()), right=(1, 2, 5))),
    ]


def result_line(suite, comparison, model):
    """What `HEADS` names of a model in a comparison of a suite."""
    rows = comparison.of(model)
    scores = main_scores(comparison).iloc[comparison.models.index(model)]

    def score(decoder):
        return scores.get(metric_header(comparison.main, decoder), "")

    return (
        f"`{rows[0]['task']}`: {metric_header(comparison.main)}",
        score("greedy").replace(" ± ", "\u00a0±\u00a0"),
        score("beam").replace(" ± ", "\u00a0±\u00a0"),
        named(model),
        f"[{suite.title}](../results/{suite.name}/index.md)",
        f"{rows[0]['parameters']:,}",
        ", ".join(dict.fromkeys(name.split(",")[0] for name in machines(rows))),
    )


@functools.cache
def main_scores(comparison):
    """The table of a comparison with its first metric alone."""
    return quality_table(comparison, (comparison.main,))


def suite_page(text, families):
    """The results page of a suite as a page of the site: names of models lead to their families."""
    text = text.replace("/README.md)", "/index.md)")

    def linked(found):
        name = found[1]
        family = registry.card(name)["family"] if name in registry.list_models() else ""
        return f"| [`{name}`](../../models/{family}.md)" if family in families else found[0]

    return wrapped_tables(
        re.sub(r"(?m)^\| `(\w+)`", linked, text), having=("Published", "Reference")
    )


def wrapped_tables(text, having=("",)):
    """A page whose tables wrap their words, so that they fit it.

    Args:
        text: the page.
        having: a table is left alone if none of these stands in its header.
    """

    def one(lines):
        header = lines[0].partition("\n")[0]
        if any(name in header for name in having):
            return wrapped(lines[0].rstrip()) + "\n"
        return lines[0]

    return re.sub(r"(?m)(?:^\|.*\n)+", one, text)


def short_table(comparisons):
    """The greedy scores of a suite by its tasks' first metrics, one line per variant."""
    lines, attentions = {}, {}
    for task, comparison in comparisons.items():
        metric = next(name for decoder, name in comparison.columns if decoder == "greedy")
        scores = quality_table(comparison, (metric,))
        column = next(header for header in scores.columns if header.endswith("greedy"))
        for variant, attention, score in scores[["Variant", "Attention", column]].values:
            line = lines.setdefault(variant, {"Variant": variant})
            line[f"`{task}`: {column.removesuffix(' greedy').lower()}"] = score
            attentions[variant] = attention
    headers = [*next(iter(lines.values())), "Attention"]
    rows = [[*line.values(), attentions[variant]] for variant, line in lines.items()]
    return table(headers, rows, range(1, len(headers) - 1)) + (
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
