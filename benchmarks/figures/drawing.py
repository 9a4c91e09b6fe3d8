"""Sizes, colours, and the file of a figure."""

import collections
import contextlib
import io
import re

from zoo.files import write_text

WIDTH = 7.3  # inches: 700 px in a browser, so that text has the size that it is given here
# Inches: for the name of y, around the axes, and between two columns.
NAMES, RIGHT, BOTTOM, LEFT, ASIDE = 0.26, 0.12, 0.5, 0.42, 0.2
INK, ACCENT, PALE = "#222222", "#0b5394", "#c9c9c9"  # text and axes; what is looked at; the others
STYLE = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Helvetica", "Arial"],
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


@contextlib.contextmanager
def figure(
    path, rows: int, columns: int, height: float, between: float = 0.28, top: float = 0, **options
):
    """A grid of axes that is written as SVG to `path` at the end.

    Args:
        path: the same bytes are written for the same drawing and file name.
        rows, columns: of the grid.
        height: of each of the axes, in inches.
        between: room above each row, in inches.
        top: room above the first one; 0 is as much as above the others.
        **options: of `matplotlib.figure.Figure.subplots`.

    Yields:
        `matplotlib.figure.Figure`, and its axes `[rows, columns]`.
    """
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    top = NAMES + (top or between)
    tall = top + rows * height + (rows - 1) * between + BOTTOM
    wide = (WIDTH - LEFT - RIGHT - (columns - 1) * ASIDE) / columns
    with matplotlib.rc_context(STYLE | {"svg.hashsalt": path.name}):
        drawing = Figure(figsize=(WIDTH, tall), facecolor="white")
        FigureCanvasSVG(drawing)
        drawing.subplots_adjust(
            left=LEFT / WIDTH,
            right=1 - RIGHT / WIDTH,
            bottom=BOTTOM / tall,
            top=1 - top / tall,
            wspace=ASIDE / wide,
            hspace=between / height,
        )
        axes = drawing.subplots(rows, columns, squeeze=False, **options)
        yield drawing, axes
        text = io.StringIO()
        drawing.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
        write_text(path, small(text.getvalue()))


def small(svg: str) -> str:
    """The same drawing in fewer bytes.

    Coordinates have a tenth of a point, lines no indentation, repeated styles are classes, and ids
    that nothing refers to are gone.
    """
    svg = re.sub(r"\n +", "\n", svg)
    svg = re.sub(r' ([xy]|d)="[^"]*"', lambda found: shortened(found[0]), svg)
    used = set(re.findall(r"#([^\")]+)", svg))
    svg = re.sub(r' id="([^"]*)"', lambda found: found[0] if found[1] in used else "", svg)
    counts = collections.Counter(re.findall(r' style="([^"]*)"', svg))
    names = {style: f"s{n}" for n, (style, count) in enumerate(counts.items()) if count > 1}
    for style, name in names.items():
        svg = svg.replace(f' style="{style}"', f' class="{name}"')
    rules = "".join(f".{name}{{{style}}}" for style, name in names.items())
    return svg.replace("</style>", f"{rules}</style>", 1)


def shortened(attribute: str) -> str:
    """Cuts the coordinates of an attribute to one decimal, and puts them on one line."""
    return re.sub(r"(\.\d)\d+", r"\1", attribute.replace("\n", "")).replace(".0 ", " ")


def name_axes(drawing, x: str, y: str) -> None:
    """Names the axes that all panels share: y at the top, where it is read first, and x below."""
    wide, tall = drawing.get_size_inches()
    size = STYLE["axes.labelsize"]
    drawing.text(0.5, 0.08 / tall, x, ha="center", va="bottom", fontsize=size)
    drawing.text(0.08 / wide, 1 - 0.06 / tall, y, ha="left", va="top", fontsize=size)


def plain_ticks(axis, digits=(1, 2, 5)) -> None:
    """Ticks of a logarithmic axis at these digits of every power of ten."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

    axis.set_major_locator(LogLocator(subs=digits))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axis.set_minor_locator(NullLocator())
    axis.set_minor_formatter(NullFormatter())
