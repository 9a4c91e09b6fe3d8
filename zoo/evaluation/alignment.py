"""The attention map of one example, as numbers and as a picture."""

import numpy as np

from zoo.data.batches import pad, shift_right
from zoo.files import atomic


def attention_of(model, source, target, source_tokenizer, target_tokenizer):
    """Attention of a target over a source.

    Args:
        model: a `Seq2Seq` that attends.
        source, target: lists of ids that end with the end token.
        source_tokenizer, target_tokenizer: as in `zoo.data.tokenizers`.

    Returns:
        S source symbols and T target symbols, lists of str, and float [T, S].
    """

    def symbols(tokenizer, ids):
        return [tokenizer.decode([i]) or "</s>" for i in ids]

    weights = np.asarray(model.align(pad([source]), shift_right(pad([target]), model.start_id)))[0]
    return symbols(source_tokenizer, source), symbols(target_tokenizer, target), weights


def draw_alignment(source, target, weights, path, title=None):
    """Draws attention as a grid of output symbols by source symbols, dark where it is high.

    Args:
        source: list of S str; target: list of T str.
        weights: float [T, S].
        path: the picture's path; the suffix (.png, .svg, .pdf) chooses the format.
        title: str or None.
    """
    from matplotlib.figure import Figure  # no pyplot: works without a screen and leaves no state

    figure = Figure(
        figsize=(1.4 + 0.34 * len(source), 1.2 + 0.34 * len(target)), layout="constrained"
    )
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
