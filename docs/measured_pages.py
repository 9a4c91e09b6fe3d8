"""The pages of parity and speed, as Markdown."""

import csv
import importlib
import itertools

from markup import table


def parity_page(path):
    """The page of what the parity tests measured."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    parts = [
        "# Parity",
        "Every variant is held to a reference with the same weights. The difference is the "
        "largest absolute one, over the "
        "largest magnitude of the reference or over 1 where that is smaller; a test fails above "
        "the tolerance.",
        "`python -m pytest --parity-csv=results/parity.csv` measures it again.",
    ]
    for family, members in itertools.groupby(rows, key=lambda row: row["variant"]):
        parts += [
            f"## {family}",
            table(
                ("Reference", "What is compared", "Largest difference", "Tolerance"),
                [list(row.values())[1:] for row in members],
                right=(2, 3),
            ),
        ]
    return "\n\n".join(parts) + "\n"


def speed_page(what, path):
    """The page of how fast decoding or training is beside other libraries."""
    if not path.is_file():
        return f"# Speed of {what}\n\nNothing has been measured yet.\n"
    module = importlib.import_module(f"benchmarks.peers.{what}_page")
    title, numbers, reading, rest = module.render(path).split("\n\n", 3)
    return "\n\n".join([title, reading, numbers, rest])  # how to read it stands above it
