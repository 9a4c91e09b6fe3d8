"""The index of the results: what each suite compares, and how much of it has been run."""

import pandas as pd

from benchmarks.introduction import question
from benchmarks.rows import read_rows
from benchmarks.suite import REPOSITORY, load_suite, suite_names
from benchmarks.tables import as_markdown
from zoo.files import write_text

RESULTS = REPOSITORY / "results"
SMOKE = "smoke"  # tests the runner; its rows are not kept


def index_table(page: str, results=RESULTS) -> str:
    """A line per suite as Markdown: what it compares, and how many of its cells have a row.

    Args:
        page: address of a suite's page, with "{}" for the suite's name.
        results: path of the folder with a folder for each suite.
    """
    lines = []
    for name in suite_names():
        if name == SMOKE:
            continue
        suite = load_suite(name)
        cells = {cell.name for cell in suite.cells()}
        finished = len(cells & set(read_rows(results / name)))
        lines.append(
            {
                "Suite": f"[{suite.title}]({page.format(name)})" if finished else suite.title,
                "What it compares": question(suite).partition(". ")[0].removesuffix("."),
                "Cells run": f"{finished} of {len(cells)}",
                "Command": f"`python -m benchmarks {name} --publish`",
            }
        )
    return as_markdown(pd.DataFrame(lines))


def index_page(results=RESULTS) -> str:
    """The page that a forge shows for results/, as Markdown."""
    return "\n\n".join(
        [
            "# Results",
            "Each suite has a page with tables and figures, which are rendered from its rows. A "
            "row is one cell: a model, trained on a task with one seed. "
            "`python -m benchmarks verify` runs a row again. Long suites are run a few cells at a "
            "time: the table shows how many have a row so far.",
            index_table("{}/README.md", results),
            "[What the papers promise](claims/README.md) and whether it holds in these rows: "
            "`python -m benchmarks claims`.\n",
        ]
    )


def render_index(results=RESULTS):
    """Writes the page again."""
    write_text(results / "README.md", index_page(results))
