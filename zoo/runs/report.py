"""`zoo report`: a run on one HTML page, with curves, scores, samples and its worst errors.

Nothing here imports TensorFlow.
"""

import html
import io
import pathlib
import random
import re

from rapidfuzz.distance import Levenshtein

from zoo.errors import ZooError
from zoo.evaluation.metrics import METRICS
from zoo.files import write_text
from zoo.printable import number_text, printable
from zoo.runs.compare import Summary
from zoo.runs.evaluations import read_predictions
from zoo.runs.folder import resuming

SAMPLES = 10  # outputs on the page, drawn by a fixed seed
WORST = 15  # outputs on the page that are furthest from their references
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem;
  color: #1b1b1b }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; font-size: .9rem }
td, th { padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid #ddd }
svg { max-width: 100%; height: auto }
h2 { margin-top: 2rem }
"""


def write_report(folder):
    """Writes report.html into a run folder. Returns its path.

    The scores are those of the whole test split by the run alone, with the strategy used last.

    Raises:
        ZooError: not a run folder, a broken one, or one without a finished epoch.
    """
    run = Summary(folder)
    if not run.history:
        raise ZooError(f"{folder} has no finished epoch to report; go on with: {resuming(folder)}")
    title = html.escape(f"{run.settings['model']} on {run.trained_on}")
    parts = [f"<h1>{title}</h1>", "<h2>Curves</h2>", curves(run.history)]
    if run.evaluation:
        parts += scores(run.evaluation)
        if run.evaluation.predictions:
            name = pathlib.PurePath(run.evaluation.predictions).name
            parts += samples(read_predictions(run.folder / name))
    settings = [(name, repr(value)) for name, value in run.settings.items()]
    head = run.history[0]
    rows = [[number_text(row[name]) for name in head] for row in run.history]
    parts += ["<h2>Settings</h2>", table(("", "value"), settings)]
    parts += ["<h2>Validations</h2>", table(head, rows)]
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{STYLE}</style>{''.join(parts)}</html>\n"
    )
    write_text(run.folder / "report.html", page)
    return run.folder / "report.html"


def scores(evaluation):
    """The parts of the page about an `Evaluation`: list of HTML."""
    rows = [
        (METRICS[name].label if name in METRICS else name, number_text(s["value"]), s["signature"])
        for name, s in evaluation.scores.items()
    ]
    parts = [
        f"<h2>Scores of the {html.escape(evaluation.split)} split</h2>",
        f"<p>{html.escape(evaluation.strategy)}</p>",
        table(("metric", "score", "signature"), rows),
    ]
    if evaluation.by_length:
        parts += ["<h3>By source length</h3>", by_length(evaluation.by_length)]
    return parts


def samples(outputs):
    """The parts of the page about outputs, (source, output, references) each: list of HTML."""
    if not outputs:
        return []
    head = ("source", "output", "references")
    chosen = random.Random(0).sample(outputs, min(SAMPLES, len(outputs)))
    wrong = sorted((row for row in outputs if distance(row) > 0), key=distance, reverse=True)
    right = len(outputs) - len(wrong)
    return [
        f"<h2>{len(chosen)} outputs, drawn at random</h2>",
        table(head, map(on_a_line, chosen)),
        f"<h2>Worst errors</h2><p>{right:,} of {len(outputs):,} outputs equal a reference. "
        "These are the furthest from theirs, by edits per character.</p>",
        table(head, map(on_a_line, wrong[:WORST])),
    ]


def on_a_line(row):
    """A row of predictions as three texts without control characters."""
    source, output, references = row
    return tuple(map(printable, (source, output, " | ".join(references))))


def curves(history):
    """Loss and validation scores over the epochs, as an SVG element."""
    from matplotlib.figure import Figure

    names = [name for name in history[0] if name not in ("epoch", "tokens")]
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
    labels = (METRICS[name].label if name in METRICS else name for name in names)
    rows = []
    for bucket in buckets:
        values = (bucket.get(name) for name in names)
        shown = ("" if value is None else number_text(value) for value in values)
        rows.append((f"{bucket['low']} to {bucket['high']}", bucket["count"], *shown))
    return table(("tokens", "examples", *labels), rows)


def table(head, rows):
    """An HTML table; everything in it is escaped."""

    def line(row, tag):
        cells = (f"<{tag}>{html.escape(str(value))}</{tag}>" for value in row)
        return f"<tr>{''.join(cells)}</tr>"

    return f"<table>{line(head, 'th')}{''.join(line(row, 'td') for row in rows)}</table>"


def distance(row):
    """Edits per character between an output and the closest of its references."""
    _, output, references = row
    return min(Levenshtein.normalized_distance(output, reference) for reference in references)
