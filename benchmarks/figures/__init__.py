"""The figures of a suite, as SVG whose bytes depend on the rows alone.

by_length.py  the score by source length, a panel per variant
learning.py   validation scores while the models learn, a row of panels per variant
trade_offs.py the score against the time of training and the speed of decoding
rates.py      validation scores by learning rate, a panel per variant
panels.py     one variant in colour before all others in grey
placing.py    labels that do not overlap
drawing.py    sizes, colours, and the file
"""

import pathlib

from benchmarks.figures import by_length, learning, rates, trade_offs

__all__ = ["draw_figures"]


def draw_figures(suite, comparisons, folder) -> dict[str, list[tuple[str, str, str]]]:
    """Draws the figures of each task into `folder`, and deletes those that show nothing any more.

    Args:
        suite: `Suite`.
        comparisons: dict of task to its `Comparison`.
        folder: path.

    Returns:
        For each task the file name, the title and the caption of each figure.
    """
    drawn = {}
    for task, comparison in comparisons.items():
        drawn[task] = []
        for module in (rates,) if suite.learning_rates else (by_length, trade_offs, learning):
            file = pathlib.Path(folder) / f"{module.NAME}_{task}.svg"
            caption = module.draw(comparison, file) if suite.scored else ""
            if caption:
                drawn[task].append((file.name, module.TITLE, caption))
            else:
                file.unlink(missing_ok=True)
    return drawn
