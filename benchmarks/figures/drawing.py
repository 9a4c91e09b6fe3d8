"""Sizes, colours, and the file of a figure."""

import contextlib
import io
import re

from zoo.files import write_text

WIDTH = 7.3  # inches: 700 px in a browser, so that text has the size that it is given here
INK, ACCENT, PALE = "#222222", "#0b5394", "#c9c9c9"  # text and axes; what is looked at; the others
STYLE = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9.5,
    "axes.titlesize": 9.5,
    "axes.labelsize": 9.5,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
DECIMALS = re.compile(r"(\d\.\d\d)\d+")


@contextlib.contextmanager
def figure(path, rows: int, columns: int, height: float, **options):
    """A grid of axes that is written as SVG to `path` at the end.

    Args:
        path: the same bytes are written for the same drawing and file name.
        rows, columns: of the grid.
        height: of a row, in inches.
        **options: of `matplotlib.figure.Figure.subplots`.

    Yields:
        `matplotlib.figure.Figure`, and its axes `[rows, columns]`.
    """
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with matplotlib.rc_context(STYLE | {"svg.hashsalt": path.name}):
        size = (WIDTH, height * rows + 0.3)
        drawing = Figure(figsize=size, layout="constrained", facecolor="white")
        FigureCanvasSVG(drawing)
        axes = drawing.subplots(rows, columns, squeeze=False, **options)
        yield drawing, axes
        text = io.StringIO()
        drawing.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
        write_text(path, DECIMALS.sub(r"\1", text.getvalue()))  # a hundredth of a point is enough


def plain_ticks(axis, digits=(1, 2, 5)) -> None:
    """Ticks of a logarithmic axis at these digits of every power of ten."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

    axis.set_major_locator(LogLocator(subs=digits))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axis.set_minor_locator(NullLocator())
    axis.set_minor_formatter(NullFormatter())
