"""The score by source length, a panel per variant."""

import numpy as np

from benchmarks.comparison import metric_of, unit
from benchmarks.figures.drawing import INK, figure, name_axes
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

NAME, TITLE = "by_length", "Score by source length"
SHOWN = 3  # labels on an axis, the outer ones within it; 2 where they are wide
NARROW = 4  # characters of a label that has room between two others
LOW = 50  # percent: below it, scores have an axis of their own


def draw(comparison, path) -> str:
    """Draws the figure of a task's greedy outputs and main metric.

    Returns:
        The caption, or "" if all sources are of one range of lengths.
    """
    name, models = comparison.main, comparison.models
    buckets = comparison.rows[0]["scores"]["greedy"]["by_length"]
    if len(buckets) < 2:
        return ""
    places = np.arange(len(buckets))
    lines = {
        model: Line(places, np.array([values(row, name) for row in comparison.of(model)], float))
        for model in models
    }
    size = grid(models)
    with figure(path, *size, 1.1, between(models), sharex=True, sharey=True) as (drawing, axes):
        title_panels(axes, models)
        label_outer(axes, len(models), size[1])
        for axis, model in zip(axes.flat, models):
            draw_panel(axis, lines, model)
        first = axes[0, 0]
        labels = [label(bucket) for bucket in buckets]
        count = SHOWN if max(map(len, labels)) <= NARROW else 2
        shown = np.unique(np.linspace(0, len(buckets) - 1, min(count, len(buckets))).round())
        first.set_xticks(shown, [labels[int(place)] for place in shown])
        sides = ("left", "right") if len(shown) == 2 else ("left", "center", "right")
        for axis in axes.flat:
            for tick, side in zip(axis.get_xticklabels(), sides):
                tick.set_ha(side)
        first.set_xlim(-0.4, len(buckets) - 0.6)
        highest = max(np.nanmax(line.y) for line in lines.values())
        if metric_of(name).better == "higher" and unit(metric_of(name)) and highest > LOW:
            first.set_ylim(-3, 103)
        else:
            first.set_ylim(0)
        longest = trained_length(comparison.rows[0]["settings"]["options"])
        edge = longest and place_of(longest, buckets)
        if longest:
            for axis in list(axes.flat)[: len(models)]:
                axis.axvline(edge, color=INK, linewidth=1, linestyle=":", zorder=0)
        name_axes(drawing, "source length", axis_label(name))
    marked = (
        f" Dotted: the longest source that was trained on, {longest} tokens." if longest else ""
    )
    return reading(models, [len(line.y) for line in lines.values()]) + marked


def values(row, name):
    """A row's greedy score in each range of lengths, NaN where there is no example."""
    ranges = row["scores"]["greedy"]["by_length"]
    return [np.nan if part.get(name) is None else part[name] for part in ranges]


def label(bucket) -> str:
    """A range of lengths."""
    low, high = bucket["low"], bucket["high"]
    return str(low) if low == high else f"{low}–{high}"


def trained_length(options: dict) -> int:
    """The longest source in training, of a task that tests longer ones; else 0."""
    longest, tested = options.get("max_length", 0), options.get("test_max_length", 0)
    return longest if tested > longest else 0


def place_of(length: int, buckets) -> float:
    """Where on the axis the sources up to a length end."""
    for place, bucket in enumerate(buckets):
        if length <= bucket["high"]:
            inside = (length - bucket["low"] + 1) / (bucket["high"] - bucket["low"] + 1)
            return place - 0.5 + inside
    return len(buckets) - 0.5
