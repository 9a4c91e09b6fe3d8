"""The score against the time of training and the speed of decoding, a point per variant."""

import numpy as np

from benchmarks.comparison import (
    EVEN,
    decoded_per_second,
    machine,
    machines,
    models_of,
    scores_of,
    training_seconds,
    uneven_load,
)
from benchmarks.figures.drawing import ACCENT, INK, figure, name_axes, plain_ticks
from benchmarks.figures.placing import anchor, place_labels
from benchmarks.labels import axis_label, short_names

NAME, TITLE = "trade_offs", "What a score costs"
FEWEST = 3  # models that make a picture
LEAST = 1.05  # how many times as much the dearest training takes, where costs are drawn
SMALL = 9  # points, the size of labels
LEADER = {"arrowstyle": "-", "color": INK, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 2}
BESIDE = 8.0  # points of the figure: labels that are further away are joined to their point


def draw(comparison, path) -> str:
    """Draws the figure of a task's greedy outputs and main metric.

    Training costs minutes where all rows can be compared by the clock, and operations elsewhere.
    What hardly differs, or cannot be compared, is not drawn.

    Returns:
        The caption, or "" if there is nothing to draw.
    """
    rows, models = comparison.rows, comparison.models
    where, *others = machines(rows)
    timed = [row for row in rows if machine(row) == where]
    by_clock = not others and uneven_load(rows) <= EVEN
    cost = (lambda row: training_seconds(row) / 60) if by_clock else operations
    what = "minutes of training" if by_clock else "floating-point operations of training"
    panels = []
    if len(models) >= FEWEST and max(map(cost, rows)) > LEAST * min(map(cost, rows)):
        panels.append((rows, cost, f"{what} (left is better)"))
    if len(models_of(timed)) >= FEWEST and uneven_load(timed) <= EVEN:
        label = "sentences per second in greedy decoding (right is better)"
        panels.append((timed, decoded_per_second, label))
    if not panels:
        return ""
    names = short_names(models)
    size = len(panels), 1, 3.2 if len(models) < 15 else 4.6, 0.62
    with figure(path, *size, top=0.05) as (drawing, axes):
        name_axes(drawing, "", axis_label(comparison.main))
        for axis, (chosen, value, label) in zip(axes.flat, panels):
            shown = models_of(chosen)
            cells = [[row for row in chosen if row["model"] == model] for model in shown]
            x = [[value(row) for row in found] for found in cells]
            quality = [scores_of(found, ("greedy", comparison.main)) for found in cells]
            axis.errorbar(
                [np.mean(values) for values in x],
                [np.mean(values) for values in quality],
                xerr=[deviation(values) for values in x],
                yerr=[deviation(values) for values in quality],
                fmt="o",
                color=ACCENT,
                markersize=5,
                elinewidth=1,
            )
            axis.grid(linewidth=0.4, alpha=0.5)
            axis.margins(0.08, 0.12)
            axis.set_xlabel(label)
            if value is decoded_per_second and max(map(max, x)) > 4 * min(map(min, x)):
                axis.set_xscale("log")
                plain_ticks(axis.xaxis)
            else:
                axis.ticklabel_format(axis="x", useOffset=False)
            label_points(drawing, axis, [names[model] for model in shown], x, quality)
    drawn = [value for _, value, _ in panels]
    by_clock = by_clock and cost in drawn
    return " ".join(caption(comparison, timed, by_clock, decoded_per_second in drawn))


def caption(comparison, timed, by_clock, with_speed):
    """The sentences of the caption.

    Args:
        comparison: of all rows of the task.
        timed: the rows whose times are drawn.
        by_clock, with_speed: whether times of training and speeds of decoding are drawn.
    """
    yield "Greedy decoding."
    if by_clock or with_speed:
        what = "Times" if by_clock else "Decoding speeds"
        yield f"{what} are those of {machine(timed[0])}."
    if by_clock:
        yield "Minutes are those of the training's steps; the table also counts all the rest."
    missing = [model for model in comparison.models if model not in models_of(timed)]
    if missing and with_speed:
        listed = ", ".join(f"`{model}`" for model in missing)
        yield f"Without a speed there: {listed}."
    if max(len(comparison.of(model)) for model in comparison.models) > 1:
        yield "Bars are the standard deviation between seeds."


def operations(row) -> float:
    """The floating-point operations of a row's training."""
    return row["training_flops"]


def label_points(drawing, axis, names, x, y) -> None:
    """Writes a name at each point, and joins the two where the place beside it was taken."""
    pixel = drawing.dpi / 72
    axis.get_xlim(), axis.get_ylim()  # settles the limits
    points, bars = [], []
    for xs, ys in zip(x, y):
        center, wide = np.mean(xs), deviation(xs)
        middle, high = np.mean(ys), deviation(ys)
        points.append(tuple(axis.transData.transform((center, middle)) / pixel))
        low = axis.transData.transform((center - wide, middle - high)) / pixel
        top = axis.transData.transform((center + wide, middle + high)) / pixel
        bars.append((low[0], points[-1][1] - 1, top[0], points[-1][1] + 1))
        bars.append((points[-1][0] - 1, low[1], points[-1][0] + 1, top[1]))
    marks = [(px - 4, py - 4, px + 4, py + 4) for px, py in points]
    sizes = [text_size(name) for name in names]
    edge = axis.get_window_extent()
    frame = tuple(value / pixel for value in (edge.x0, edge.y0, edge.x1, edge.y1))
    for name, point, box in zip(names, points, place_labels(points, sizes, frame, marks + bars)):
        near = anchor(point, box)
        to_right = (box[0] + box[2]) / 2 >= point[0]
        axis.annotate(
            name,
            xy=(box[0] if to_right else box[2], (box[1] + box[3]) / 2),
            xycoords="figure points",
            ha="left" if to_right else "right",
            va="center",
            fontsize=SMALL,
            color=INK,
        )
        if np.hypot(near[0] - point[0], near[1] - point[1]) > BESIDE:
            axis.annotate(
                "",
                xy=point,
                xytext=near,
                xycoords="figure points",
                textcoords="figure points",
                arrowprops=LEADER,
            )


def text_size(name):
    """Width and height of a label, in points of the figure."""
    from matplotlib.textpath import TextPath

    lines = name.split("\n")
    wide = max(TextPath((0, 0), line, size=SMALL).get_extents().width for line in lines)
    return wide, 1.2 * SMALL * len(lines)


def deviation(values) -> float:
    """The standard deviation between seeds; 0 for one seed."""
    return float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
