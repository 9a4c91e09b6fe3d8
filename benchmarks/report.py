"""Renders rows: the page, table and figure of `results/SUITE/`, and the tables of README.md."""

import re

from benchmarks.figure import figure
from benchmarks.rows import read_rows
from benchmarks.suite import REPOSITORY
from benchmarks.tables import frame, task_table
from zoo.errors import ZooError
from zoo.files import write_text


def load_rows(suite, results):
    """Reads the rows of a suite that there are, in its order. Raises `ZooError` if there are none.

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


def markdown(suite, rows):
    """The results page: what was run, one table per task, and the figure."""
    data = frame(rows)
    first = rows[0]
    hardware = first["hardware"]
    gpus = ", ".join(hardware["gpus"]) or "no GPU"
    where = f"{hardware['processor']}, {hardware['cores']} cores, {gpus}"
    versions = ", ".join(f"{name} {version}" for name, version in first["versions"].items())
    parts = [
        f"# {suite.title}",
        f"Command: `python -m benchmarks {suite.argument}`. Machine: {where}; "
        f"{first['precision']}, {suite.threads} thread per cell, cells side by side. "
        f"Versions: {versions}. Commit: `{first['commit']}`.",
    ]
    for task in dict.fromkeys(data.task):
        cells = [row for row in rows if row["task"] == task]
        metrics = cells[0]["scores"]["greedy"]["metrics"]
        seeds = sorted({row["seed"] for row in cells})
        parts += [
            f"## {task}",
            f"{cells[0]['test_examples']:,} test examples, {cells[0]['target_tokens_seen']:,} "
            f"target tokens seen in training, "
            f"seed {', '.join(map(str, seeds))}; beam: `{cells[0]['scores']['beam']['strategy']}`.",
            task_table(data[data.task == task], metrics).to_markdown(
                index=False, disable_numparse=True
            ),
            "Signatures: "
            + "; ".join(f"`{score['signature']}`" for score in metrics.values())
            + ".",
        ]
    missing = [cell.name for cell in suite.cells() if cell.name not in row_names(rows)]
    if missing:
        parts.append(f"Cells that are not run yet: {', '.join(f'`{name}`' for name in missing)}.")
    parts += ["## By source length", "![Score by source length](by_length.svg)"]
    return "\n\n".join(parts) + "\n"


def row_names(rows):
    """The names of the cells that rows are of."""
    return [f"{row['model'].replace(' ', ',')}.{row['task']}.s{row['seed']}" for row in rows]


def render(suite, results):
    """Writes results.csv, README.md and by_length.svg into `results`.

    Returns:
        A short table for the terminal.
    """
    rows = load_rows(suite, results)
    data = frame(rows)
    write_text(results / "results.csv", data.to_csv(index=False, float_format="%.6g"))
    write_text(results / "README.md", markdown(suite, rows))
    figure(suite, rows, results / "by_length.svg")
    short = []
    for task in dict.fromkeys(data.task):
        metrics = next(row for row in rows if row["task"] == task)["scores"]["greedy"]["metrics"]
        table = task_table(data[data.task == task], metrics).drop(columns=["Encoder", "Decoder"])
        short.append(f"{task}\n{table.to_string(index=False)}")
    return "\n\n".join([*short, f"Tables and figure: {results}"])


def render_readme(suite, results, path=REPOSITORY / "README.md"):
    """Renders the README's tables again, between `<!-- SUITE -->` and `<!-- end SUITE -->`.

    Results that are kept elsewhere than in results/SUITE leave the README as it is.
    """
    if not path.exists() or results.resolve() != (REPOSITORY / "results" / suite.name).resolve():
        return
    text = path.read_text(encoding="utf-8")
    mark, end = f"<!-- {suite.name} -->", f"<!-- end {suite.name} -->"
    body = readme_tables(suite, load_rows(suite, results))
    new = re.sub(
        f"{re.escape(mark)}.*?{re.escape(end)}",
        lambda _: f"{mark}\n{body}\n{end}",
        text,
        flags=re.DOTALL,
    )
    if new != text:
        write_text(path, new)


def readme_tables(suite, rows):
    """The tables of the README: one per task, with the first metric only."""
    data, parts = frame(rows), []
    for task in dict.fromkeys(data.task):
        metrics = next(row for row in rows if row["task"] == task)["scores"]["greedy"]["metrics"]
        table = task_table(data[data.task == task], list(metrics)[:1])
        parts += [f"**{task}**", table.to_markdown(index=False, disable_numparse=True)]
    return "\n\n".join(parts)
