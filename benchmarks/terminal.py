"""The table that a run prints at its end, narrow enough for a terminal."""

import sys

import numpy as np
import pandas as pd

from benchmarks.comparison import Comparison, machine, machines, scores_of
from benchmarks.labels import axis_label
from benchmarks.tables import digits, spread

WIDEST = 100  # columns


def short_frame(rows: list[dict]) -> pd.DataFrame:
    """The table of one task for a terminal: the main metric's scores, then speeds, as text."""
    comparison = Comparison(rows, {}, [])
    columns = [column for column in comparison.columns if column[1] == comparison.main]
    lines = []
    for model in comparison.models:
        cells = comparison.of(model)
        line = {"variant": model}
        for column in columns:
            line[column[0]] = spread(scores_of(cells, column), digits(column[1]))
        here = [row["timing"] for row in cells if machine(row) == machines(cells)[0]]
        line["tokens/s"] = spread([np.mean([t["training"]["tokens_per_second"] for t in here])], 0)
        for decoder in here[0]["decoding"]:
            speeds = [t["decoding"][decoder]["sentences_per_second"] for t in here]
            line[f"sent/s {decoder}"] = spread([np.mean(speeds)], 0)
        line["minutes"] = spread([np.mean([t["minutes"] for t in here])])
        lines.append(line)
    return pd.DataFrame(lines).fillna("-")


def short_table(rows: list[dict]) -> str:
    """The tables of all tasks for a terminal, of at most `WIDEST` columns.

    Columns that do not fit are left out from the right; `results.csv` has them all.
    """
    parts = []
    for task in dict.fromkeys(row["task"] for row in rows):
        cells = [row for row in rows if row["task"] == task]
        table = short_frame(cells)
        while len(table.to_string(index=False).split("\n")[0]) > WIDEST and len(table.columns) > 2:
            table = table.iloc[:, :-1]
        seeds = len({row["seed"] for row in cells})
        over = f"; mean ± standard deviation of {seeds} seeds" if seeds > 1 else "; one seed"
        main = axis_label(Comparison(cells, {}, []).main)
        parts.append(f"{task}: {main}{over}\n{left_first(table)}")
    return for_terminal("\n\n".join(parts))


def left_first(table: pd.DataFrame) -> str:
    """A table as text with its first column at the left."""
    name = table.columns[0]
    width = max(map(len, [name, *table[name]]))
    table = table.assign(**{name: table[name].str.ljust(width)})
    return table.rename(columns={name: name.ljust(width)}).to_string(index=False)


def for_terminal(text: str) -> str:
    """The text, with ASCII in place of what standard output cannot encode."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    plain = text.replace("±", "+-").replace("–", "-")
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return plain
    return text
