"""Small multiples: one variant in colour before all others in grey, on the same axes."""

import dataclasses

import numpy as np

from benchmarks.cell import registered_name
from benchmarks.figures.drawing import ACCENT, INK, PALE
from benchmarks.labels import short_names


@dataclasses.dataclass(frozen=True)
class Line:
    """The runs of a variant along an axis.

    Attributes:
        x: float [P].
        y: float [S, P], one line per seed; NaN where nothing was measured.
    """

    x: np.ndarray
    y: np.ndarray

    @classmethod
    def of(cls, runs) -> "Line":
        """The line of runs of (x, y) points, each with the mean x of the seeds."""
        shortest = min(len(points) for points in runs)
        points = np.array([points[:shortest] for points in runs], float)  # [S, P, 2]
        return cls(points[:, :, 0].mean(0), points[:, :, 1])

    @property
    def mean(self):
        """Mean over seeds, float [P]."""
        return self.y.mean(0)


def draw_panel(axis, lines: dict[str, Line], model: str) -> None:
    """Draws one variant's mean over seeds and their range, and the others' means behind it.

    Args:
        axis: matplotlib's.
        lines: of all variants.
        model: the one to show. If it has overrides, the same model without them is dashed.
    """
    base = registered_name(model)
    rest = [line for name, line in lines.items() if name not in (model, base)]
    if rest:  # as one path, with gaps between the lines
        x = np.concatenate([np.append(line.x, np.nan) for line in rest])
        y = np.concatenate([np.append(line.mean, np.nan) for line in rest])
        axis.plot(x, y, color=PALE, linewidth=0.9, zorder=1)
    if base in lines and base != model:
        before = lines[base]
        axis.plot(before.x, before.mean, color=INK, linewidth=1.1, dashes=(3, 1.5), zorder=2)
    line = lines[model]
    if len(line.y) > 1:
        low, high = line.y.min(0), line.y.max(0)
        axis.fill_between(line.x, low, high, color=ACCENT, alpha=0.25, linewidth=0, zorder=3)
    axis.plot(line.x, line.mean, color=ACCENT, linewidth=1.8, marker="o", markersize=3, zorder=4)


def grid(models: list[str]) -> tuple[int, int]:
    """Rows and columns of panels that have room for the names of models."""
    widest = max(len(line) for name in short_names(models).values() for line in name.split("\n"))
    most = 4 if widest <= 20 else 3
    columns = min(most, len(models))
    if len(models) in (5, 6, 9):
        columns = 3
    return -(-len(models) // columns), columns


def between(models: list[str]) -> float:
    """Inches between rows of panels, for names of several lines."""
    return 0.12 + 0.16 * max(name.count("\n") + 1 for name in short_names(models).values())


def title_panels(axes, models: list[str]) -> None:
    """Writes the variants' names over their panels, and hides the panels that are left over."""
    names = short_names(models)
    for axis, model in zip(axes.flat, models):
        axis.set_title(names[model], loc="left", color=ACCENT, pad=3)
    for axis in list(axes.flat)[len(models) :]:
        axis.set_visible(False)


def label_outer(axes, count: int, columns: int) -> None:
    """Shows ticks only at the bottom of each column and the left of each row.

    Args:
        axes: array of matplotlib's.
        count: how many of them are used.
        columns: how many are in a row.
    """
    for number, axis in enumerate(list(axes.flat)[:count]):
        low, first = number + columns >= count, number % columns == 0
        axis.tick_params(bottom=low, labelbottom=low, left=first, labelleft=first)


def reading(models: list[str], seeds) -> str:
    """How to read the panels, for a caption.

    Args:
        models: of the panels.
        seeds: how many each line has, ints.
    """
    text = "One panel per model, in blue; all others behind it in grey."
    if any(model != registered_name(model) in models for model in models):
        text += " Dashed: the same model without the change."
    counts = sorted(set(seeds))
    if counts[-1] > 1:
        several = " to ".join(map(str, dict.fromkeys((counts[0], counts[-1]))))
        text += f" Lines are means of {several} seeds, bands their range."
    return text
