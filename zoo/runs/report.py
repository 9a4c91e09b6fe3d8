"""`zoo report`: a run on one page, one HTML file with curves, scores, samples and worst errors, told without TensorFlow."""

import html
import io
import random
import re

from rapidfuzz.distance import Levenshtein

from zoo.errors import ZooError
from zoo.evaluation.metrics import METRICS
from zoo.files import write_text
from zoo.runs.compare import Summary

SAMPLES, WORST = (
    10,
    15,
)  # outputs that are shown: drawn by a fixed seed, and the furthest from their references
STYLE = """body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1b1b1b }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; font-size: .9rem } td, th { padding: .25rem .75rem .25rem 0;
text-align: left; vertical-align: top; border-bottom: 1px solid #ddd } td.number { text-align: right }
svg { max-width: 100%; height: auto } h2 { margin-top: 2rem }"""


def write_report(folder):
    """Writes report.html into a run folder. Returns its path.

    Raises:
        ZooError: no run folder, or one without a finished epoch.
    """
    run = Summary(folder)
    if not run.history:
        raise ZooError(
            f"{folder} has no finished epoch to report; go on with: zoo train --resume {folder}"
        )
    title = f"{run.settings['model']} on {run.settings['task']}"
    parts = [f"<h1>{html.escape(title)}</h1>", "<h2>Curves</h2>", curves(run.history)]
    if run.scores:
        rows = [
            (METRICS[name].label, f"{s['value']:.4g}", s["signature"])
            for name, s in run.scores["scores"].items()
        ]
        parts += [
            f"<h2>Scores of the {html.escape(run.scores['split'])} split</h2>",
            f"<p>{html.escape(run.scores['strategy'])}</p>",
            table(("metric", "score", "signature"), rows),
            "<h3>By source length</h3>",
            by_length(run.scores["by_length"]),
        ]
    outputs = read_predictions(run.folder / "predictions.tsv")
    if outputs:
        head = ("source", "output", "references")
        chosen = random.Random(0).sample(outputs, min(SAMPLES, len(outputs)))
        wrong = sorted((row for row in outputs if distance(row) > 0), key=distance, reverse=True)
        parts += [
            f"<h2>{len(chosen)} outputs, drawn at random</h2>",
            table(head, chosen),
            f"<h2>Worst errors</h2><p>{len(outputs) - len(wrong):,} of {len(outputs):,} outputs equal a reference. These "
            f"are the furthest from theirs, by edits a character.</p>",
            table(head, wrong[:WORST]),
        ]
    settings = [(name, repr(value)) for name, value in run.settings.items()]
    parts += [
        "<h2>Settings</h2>",
        table(("", "value"), settings),
        "<h2>Epochs</h2>",
        table(run.history[0], [[f"{value:.4g}" for value in row.values()] for row in run.history]),
    ]
    page = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>{STYLE}</style>{''.join(parts)}</html>\n"
    )
    write_text(run.folder / "report.html", page)
    return run.folder / "report.html"


def curves(history):
    """Loss and validation scores over the epochs, as an SVG element."""
    from matplotlib.figure import Figure

    names = [name for name in history[0] if name != "epoch"]
    figure = Figure(figsize=(3.2 * len(names), 2.6), layout="constrained")
    for axes, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names):
        axes.plot(
            [row["epoch"] for row in history],
            [row[name] for row in history],
            marker="o",
            markersize=3,
        )
        known = METRICS.get(name.removeprefix("validation_"))
        axes.set_title(f"validation {known.label}" if known else f"training {name}", fontsize=9)
        axes.set_xlabel("epoch", fontsize=8)
        axes.tick_params(labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    return re.sub(r"^.*?(?=<svg)", "", text.getvalue(), flags=re.DOTALL)


def by_length(buckets):
    """Scores by source length as a table."""
    names = [name for name in buckets[0] if name not in ("low", "high", "count")]
    return table(
        ("tokens", "examples", *(METRICS[name].label for name in names)),
        [
            (
                f"{b['low']} to {b['high']}",
                b["count"],
                *("" if b[name] is None else f"{b[name]:.4g}" for name in names),
            )
            for b in buckets
        ],
    )


def table(head, rows):
    """An HTML table; everything in it is escaped."""
    cells = lambda row, tag: "".join(f"<{tag}>{html.escape(str(value))}</{tag}>" for value in row)
    lines = [cells(head, "th"), *(cells(row, "td") for row in rows)]
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def read_predictions(path):
    """Rows (source, output, references) of a predictions.tsv; none where there is no such file."""
    if not path.is_file():
        return []
    return [
        tuple(line.split("\t"))
        for line in path.read_text(encoding="utf-8").split("\n")[1:]
        if line.count("\t") == 2
    ]


def distance(row):
    """Edits a character between an output and the closest of its references."""
    return min(
        Levenshtein.normalized_distance(row[1], reference) for reference in row[2].split(" | ")
    )
