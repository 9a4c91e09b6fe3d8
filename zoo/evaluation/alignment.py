"""The attention map of one example as a picture."""

from zoo.files import atomic


def draw_alignment(source, target, weights, path, title=None):
    """Draws attention as a grid, a row an output symbol and a column a source symbol, dark where it looks.

    Args:
        source: list of S str; target: list of T str.
        weights: float [T, S].
        path: where to; the suffix (.png, .svg, .pdf) chooses the format.
        title: str or None.
    """
    from matplotlib.figure import Figure  # no pyplot: works without a screen and leaves no state

    figure = Figure(figsize=(1.4 + 0.34 * len(source), 1.2 + 0.34 * len(target)), layout="constrained")
    axes = figure.add_subplot()
    image = axes.imshow(weights, cmap="Greys", vmin=0.0, vmax=1.0, aspect="equal")
    axes.set_xticks(range(len(source)), source)
    axes.set_yticks(range(len(target)), target)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    if title:
        axes.set_xlabel(title)
    figure.colorbar(image, ax=axes, shrink=0.7, label="attention")
    with atomic(path) as temporary:
        figure.savefig(temporary, format=str(path).rsplit(".", 1)[-1], dpi=160)
