"""Validation scores by learning rate, a panel per variant."""

from benchmarks.figures.drawing import figure, name_axes, plain_ticks
from benchmarks.figures.panels import (
    Line,
    between,
    draw_panel,
    grid,
    label_outer,
    reading,
    title_panels,
)
from benchmarks.labels import axis_label
from benchmarks.rate_table import validation_metric, validation_scores

NAME, TITLE = "rates", "Score by learning rate"


def draw(comparison, path) -> str:
    """Draws the figure of one task. Returns its caption."""
    scores = validation_scores(comparison.rows)
    lines = {model: Line.of([sorted(found.items())]) for model, found in scores.items()}
    models = list(lines)
    size = grid(models)
    with figure(path, *size, 1.1, between(models), sharex=True, sharey=True) as (drawing, axes):
        title_panels(axes, models)
        label_outer(axes, len(models), size[1])
        axes[0, 0].set_xscale("log")
        plain_ticks(axes[0, 0].xaxis, (1,))
        for axis, model in zip(axes.flat, models):
            draw_panel(axis, lines, model)
        name = validation_metric(comparison.rows)
        name_axes(drawing, "learning rate", f"Validation: {axis_label(name)}")
    return reading(models, [1])
