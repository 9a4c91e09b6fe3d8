"""The results on the pages of models, and the index of the suites, as Markdown."""

import itertools
import re

from markup import table, toctree

from benchmarks.comparison import machine, machines
from benchmarks.results_index import index_table
from benchmarks.tables import quality_table, speed_table
from zoo import registry

FACTS = ("Variant", "Change", "Attention", "Parameters", "Machine")


def result_parts(names, suites):
    """The scores and speeds of a family's models in every suite, one column per task.

    Args:
        names: the models of a family, the smallest first.
        suites: pairs of `Suite` and its comparisons by task.
    """
    parts = []
    for name in names:
        for suite, comparisons in suites:
            compared = {task: c for task, c in comparisons.items() if name in c.models}
            if compared and not suite.learning_rates:
                parts += suite_parts(name, suite, compared)
    return parts or ["No size of this family is in a results table yet."]


def suite_parts(name, suite, comparisons):
    """A model's part of a suite's tables, under a sentence that says where they are from."""
    rows = [row for c in comparisons.values() for row in c.of(name)]
    where, *others = machines(rows)
    columns = {}
    for task, comparison in comparisons.items():
        scores = quality_table(comparison).iloc[comparison.models.index(name)]
        timed = [row for row in comparison.of(name) if machine(row) == where]
        columns[f"`{task}`"] = {
            key: value
            for key, value in scores.items()
            if key == "Parameters" or key not in FACTS and value != "–"
        }
        if timed:
            speeds = speed_table(timed).iloc[0]
            columns[f"`{task}`"] |= {k: v for k, v in speeds.items() if k not in FACTS}
    keys = dict.fromkeys(itertools.chain.from_iterable(columns.values()))
    scores_first = sorted(keys, key=is_speed)
    lines = [(key, *(column.get(key, "") for column in columns.values())) for key in scores_first]
    return [
        f"`{name}` in [{suite.title}](../results/{suite.name}/index.md): {seeds_of(rows)}"
        + ("; bold is the best of its table or tied with it" if marked(comparisons) else "")
        + (f". The speeds are those of {where}." if others else f". Measured on {where}."),
        table(("Measured", *columns), lines, right=range(1, len(columns) + 1)),
    ]


def is_speed(header):
    """Whether a header is one of the clock or of memory, which stand below the scores."""
    return any(word in header for word in ("tokens/s", "sentences/s", "Minutes", "Memory"))


def seeds_of(rows):
    """How many seeds rows have, in words."""
    count = len({row["seed"] for row in rows})
    return f"mean ± deviation of {count} seeds" if count > 1 else "one seed"


def marked(comparisons):
    """Whether best scores are known in any of the comparisons."""
    return any(comparison.behind for comparison in comparisons.values())


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
        "\n\nMean ± deviation of the seeds; bold is the best of a column or tied with it.\n"
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
