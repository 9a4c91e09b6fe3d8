"""The report on a graphics card, rendered from its tables."""

import importlib

import pandas as pd

from benchmarks.card import COMMAND, PARTS
from benchmarks.provenance import short

HIDDEN_COLUMNS = ("commit", "seconds", "failures")


def render(folder):
    """A card's tables as Markdown. Parts that have no row yet are named."""
    card = (folder / "card.txt").read_text().strip()
    paragraphs = [
        f"# {card}",
        f"Written by `{COMMAND}`; after an interruption, run it again to resume.",
    ]
    missing = []
    for name in PARTS:
        table, module = folder / f"{name}.csv", importlib.import_module(f"benchmarks.card.{name}")
        if not table.is_file():
            missing.append(name)
            continue
        frame = pd.read_csv(table)
        commits = ", ".join(sorted({short(commit) for commit in frame["commit"]}))
        shown = frame[[column for column in frame if column not in HIDDEN_COLUMNS]]
        shown = shown.rename(columns=lambda column: column.replace("_", " "))
        text = shown.to_markdown(index=False, floatfmt=",.3g", intfmt=",")
        failures = [f"Failed: `{names}`." for names in frame.get("failures", pd.Series()).dropna()]
        paragraphs += [
            f"## {module.TITLE}",
            module.TEXT,
            text,
            *failures,
            f"Measured at commit {commits}.",
        ]
    if missing:
        paragraphs.append(f"Not measured yet: {', '.join(missing)}.")
    return "\n\n".join(paragraphs) + "\n"
