"""The results on the pages of models, and the index of the suites, as Markdown."""

import itertools
import re

from markup import table, toctree

from benchmarks.comparison import machine, machines
from benchmarks.page import question
from benchmarks.tables import quality_table, speed_table
from zoo import registry

FACTS = ("Variant", "Change", "Attention", "Parameters", "Machine")


def result_parts(name, suites, models):
    """A model's scores and speeds in every suite, one column per task.

    Args:
        name: the model.
        suites: pairs of `Suite` and its comparisons by task.
        models: those that have a page.
    """
    parts = []
    for suite, comparisons in suites:
        compared = {task: c for task, c in comparisons.items() if name in c.models}
        if compared and not suite.learning_rates:
            parts += suite_parts(name, suite, compared)
    return parts or [elsewhere(name, suites, models)]


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
        f"[{suite.title}](../results/{suite.name}/index.md): {seeds_of(rows)}"
        + ("; bold is the best of its table or tied with it" if marked(comparisons) else "")
        + (f". The speeds are those of {where}." if others else f". Measured on {where}."),
        table(("", *columns), lines, right=range(1, len(columns) + 1)),
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


def elsewhere(name, suites, models):
    """For a size without results: the size of its family that has them."""
    family = registry.card(name)["family"]
    compared = [
        model
        for model in registry.list_models(f"{family}_*")
        if registry.card(model)["family"] == family
        and any(model in c.models for _, comparisons in suites for c in comparisons.values())
    ]
    if not compared:
        return "No size of this family is in a results table yet."
    links = [f"[`{x}`]({x}.md#results)" if x in models else f"`{x}`" for x in compared]
    verb = "is the size" if len(links) == 1 else "are the sizes"
    return f"{' and '.join(links)} {verb} of this family that the results tables compare."


def suite_page(text, models):
    """The results page of a suite as a page of the site: names of models lead to their pages."""
    text = text.replace("/README.md)", "/index.md)")
    return re.sub(
        r"(?m)^\| `(\w+)`",
        lambda found: (
            f"| [`{found[1]}`](../../models/{found[1]}.md)" if found[1] in models else found[0]
        ),
        text,
    )


def results_index(suites):
    """The index of the suites that have results, with what each of them asks."""
    lines = [
        f"- [{suite.title}]({suite.name}/index.md): {question(suite)} "
        f"`python -m benchmarks {suite.name}`"
        for suite, _ in suites
    ]
    parts = [
        "# Results",
        "Tables and figures are rendered from the rows in `results/`, one page per suite. "
        "Every row names the command that makes it again.",
        "\n".join(lines),
        "- [What the papers promise](claims/index.md): which of their claims hold here. "
        "`python -m benchmarks claims`",
        toctree(["claims/index", *(f"{suite.name}/index" for suite, _ in suites)]),
    ]
    return "\n\n".join(parts) + "\n"
