"""Validation scores while the models learn, by tokens, seconds and operations."""

from collections import Counter

from benchmarks.comparison import (
    EVEN,
    machine,
    machines,
    models_of,
    training_seconds,
    uneven_load,
)
from benchmarks.figures.drawing import ACCENT, INK, figure, name_axes
from benchmarks.figures.panels import Line, between, draw_panel, label_outer, reading
from benchmarks.labels import axis_label, short_names

NAME, TITLE = "learning", "Learning curves"
SCALES = {1: "", 1e3: "thousand ", 1e6: "million ", 1e9: "billion ", 1e12: "trillion "}
SCALES |= {1e15: "quadrillion ", 1e18: "quintillion "}


def draw(comparison, path) -> str:
    """Draws the curves of a task. Returns the caption, or "" if no row has several points."""
    rows = [row for row in comparison.rows if len(points(row, comparison.main)) > 1]
    if not rows:
        return ""
    where = machines(rows)[0]
    timed = [row for row in rows if machine(row) == where]
    models = models_of(rows)
    axes_of = [("target tokens", rows, lambda row: row["target_tokens_seen"])]
    with_seconds = 2 * len(models_of(timed)) >= len(models)
    if with_seconds:
        axes_of.append(("seconds of training", timed, training_seconds))
    if all("training_flops" in row for row in rows):
        axes_of.append(("training FLOPs", rows, lambda row: row["training_flops"]))
    names = short_names(models)
    size = len(models), len(axes_of)
    above = between(models)
    with figure(path, *size, 0.8, above, sharex="col", sharey=True) as (drawing, axes):
        for column, (what, chosen, total) in zip(axes.T, axes_of):
            runs = {}
            for row in chosen:
                whole = total(row)
                curve = [(share * whole, y) for share, y in points(row, comparison.main)]
                runs.setdefault(row["model"], []).append(curve)
            largest = max(x for curves in runs.values() for curve in curves for x, _ in curve)
            scale = max((s for s in SCALES if largest >= 2 * s), default=1)
            lines = {
                model: Line.of([[(x / scale, y) for x, y in curve] for curve in curves])
                for model, curves in runs.items()
            }
            for axis, model in zip(column, models):
                if model in lines:
                    draw_panel(axis, lines, model)
                else:
                    note = dict(ha="center", va="center", transform=axis.transAxes)
                    axis.text(0.5, 0.5, "another machine", color=INK, fontsize=9, **note)
                axis.locator_params(nbins=4)
            column[0].set_xlim(0, 1.04 * largest / scale)  # of the whole column
            column[-1].set_xlabel(f"{SCALES[scale]}{what}")
        for axis, model in zip(axes[:, 0], models):
            axis.set_title(names[model], loc="left", color=ACCENT, pad=3)
        label_outer(axes, axes.size, len(axes_of))
        name_axes(drawing, "", f"Validation: {axis_label(comparison.main)}")
    seeds = Counter(row["model"] for row in rows).values()
    text = reading(models, seeds).replace("panel", "row of panels", 1)
    if with_seconds and len(machines(rows)) > 1:
        text += f" The column of seconds shows rows of {where} only."
    if with_seconds and uneven_load(timed) > EVEN:
        text += " Other programs slowed some of the trainings, so seconds are rough."
    return text


def points(row, name):
    """The share of the training that was done, and the validation score, at each validation."""
    key = f"validation_{name}"
    measured = [point for point in row["history"] if point.get(key) is not None]
    if not measured:
        return []
    unit = "tokens" if "tokens" in measured[-1] else "epoch"
    return [(point[unit] / row["history"][-1][unit], point[key]) for point in measured]
