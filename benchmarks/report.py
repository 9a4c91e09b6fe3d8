"""Renders rows: the page, table and figures of `results/SUITE/`, and the tables of README.md."""

import re

from benchmarks.comparison import EVEN, by_task, machines, row_name, uneven_load
from benchmarks.figures import draw_figures
from benchmarks.overview import attention_parts, has_overview, scores_at_a_glance
from benchmarks.page import page, reading, where_timed
from benchmarks.rows import read_rows
from benchmarks.suite import REPOSITORY
from benchmarks.tables import as_markdown, frame, quality_table, speed_table
from benchmarks.terminal import short_table
from benchmarks.yardsticks import published_figures
from zoo.errors import ZooError
from zoo.files import write_text


def load_rows(suite, results):
    """Reads the rows that a suite has, in its order. Raises `ZooError` if it has no row.

    Cells that are not run yet have no row.
    """
    rows = read_rows(results)
    found = [rows[cell.name] for cell in suite.cells() if cell.name in rows]
    if not found:
        raise ZooError(
            f"{results} has none of the rows of {suite.name}; "
            f"run: python -m benchmarks {suite.argument} --publish"
        )
    return found


def missing_cells(suite, rows):
    """The suite's cells that have no row."""
    names = {row_name(row) for row in rows}
    return [cell for cell in suite.cells() if cell.name not in names]


def render(suite, results):
    """Writes results.csv, README.md and the figures into `results`.

    Returns:
        A short table for the terminal.
    """
    rows = load_rows(suite, results)
    comparisons = by_task(rows, results)
    write_text(results / "results.csv", frame(rows).to_csv(index=False, float_format="%.6g"))
    figures = draw_figures(suite, comparisons, results)
    text = page(suite, comparisons, missing_cells(suite, rows), figures, results)
    write_text(results / "README.md", text)
    return f"{short_table(rows)}\n\nTables and figures: {results}"


def render_readme(suite, results, path=REPOSITORY / "README.md"):
    """Renders the README's tables again, between `<!-- SUITE -->` and `<!-- end SUITE -->`."""
    if not path.exists():
        return
    text = path.read_text(encoding="utf-8")
    mark, end = f"<!-- {suite.name} -->", f"<!-- end {suite.name} -->"
    if mark not in text:
        return
    body = readme_tables(suite, by_task(load_rows(suite, results), results), results)
    new = re.sub(
        f"{re.escape(mark)}.*?{re.escape(end)}",
        lambda _: f"{mark}\n{body}\n{end}",
        text,
        flags=re.DOTALL,
    )
    if new != text:
        write_text(path, new)


def readme_tables(suite, comparisons, results):
    """The tables of the README, per task: scores in the main metric, then speeds if they can be
    compared. A suite of many tasks has a line per task, and pictures of attention.
    """
    place = f"results/{suite.name}/"
    if has_overview(suite):
        parts = scores_at_a_glance(suite, comparisons, f"{place}README.md")
        return "\n\n".join(parts + attention_parts(comparisons, results, place))
    parts = []
    rows = [row for comparison in comparisons.values() for row in comparison.rows]
    timed = uneven_load(rows) <= EVEN
    for task, comparison in comparisons.items():
        parts += [
            f"**{task}**",
            as_markdown(quality_table(comparison, [comparison.main])),
            *([as_markdown(speed_table(comparison.rows, where=machines(rows)))] if timed else []),
            *published_figures(comparison.rows[0]),
        ]
    how = reading(next(iter(comparisons.values())), f"{place}README.md")
    return "\n\n".join([*parts, f"{how} {where_timed(rows)}" if timed else how])
