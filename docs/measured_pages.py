"""What was measured of parity, speed, exports and false differences, as Markdown."""

import csv
import importlib
import itertools

from markup import table, wrapped


def parity_page(path):
    """The page of what the parity tests measured."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    parts = [
        "# Parity",
        "Each variant is compared with a reference that has the same weights. A difference is the "
        "largest absolute one, divided by the reference's largest magnitude, or by 1 if that is "
        "smaller. A test fails if it exceeds the tolerance.",
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


def exports_table(path):
    """How many outputs of each format are the zoo's, a line per model and search."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    formats = ("savedmodel", "onnx", "ctranslate2", "transformers")
    lines = []
    for (model, search), members in itertools.groupby(
        sorted(
            rows, key=lambda row: (row["task"] != "g2p", row["model"], row["search"] != "greedy")
        ),
        key=lambda row: (row["model"], row["search"]),
    ):
        found = {row["format"]: row for row in members}
        outputs = max((row["different"] for row in found.values()), key=lambda n: int(n or 0))
        cells = [equal_outputs(found.get(name)) for name in formats]
        lines.append([f"`{model}`" if search == "greedy" else "", search, outputs, *cells])
    heads = ("Model", "Search", "Distinct outputs", *(f"`{name}`" for name in formats))
    opened = [row for row in rows if row["format"] in ("zoo", "keras")]
    logits = {
        name: max(
            float(row["largest_logit_difference"])
            for row in rows
            if row["format"] == name and not row["refused"]
        )
        for name in ("onnx", "zoo", "keras")
    }
    machines = sorted({row["processor"] for row in rows})
    return "\n\n".join(
        [
            wrapped(table(heads, lines, right=range(2, 7))),
            f"With ONNX Runtime a logit differs by at most {logits['onnx']:.1g}; with the formats "
            f"`zoo` and `keras`, for {opened[0]['texts']} texts of each model, by at most "
            f"{max(logits['zoo'], logits['keras']):.1g}. "
            f"Measured on {' and '.join(machines)}; `results/exports.csv` has the commits.",
        ]
    )


def equal_outputs(row):
    """A cell of the table of exports."""
    if row is None:
        return ""
    if row["refused"]:
        return "refused"
    return f"{int(row['equal']):,} of {int(row['texts']):,}"


def false_differences(path):
    """How often halves of one variant's runs seem to differ: a sentence, or "" if not measured."""
    if not path.is_file():
        return ""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    shares = [
        f"in {row['percent']} % of the comparisons of {row['seeds_per_side']} runs with "
        f"{row['seeds_per_side']} others"
        for row in rows
    ]
    return (
        f"A check on real runs: {rows[0]['runs']} seeds of `{rows[0]['model']}` on "
        f"`{rows[0]['task']}` are compared with each other in every way to choose them. All runs "
        "are of one variant, so every difference that the test finds is a false alarm. It finds "
        f"one {', '.join(shares)}. "
        "`python -m benchmarks probe same_variant` measures it again."
    )
