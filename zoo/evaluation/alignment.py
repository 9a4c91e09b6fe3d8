"""The error of attention as alignment, and pictures of attention.

The error is the alignment error rate of Och and Ney 2003 ("A Systematic Comparison of Various
Statistical Alignment Models", https://aclanthology.org/J03-1002) with one link per output token, to
the source token with the strongest attention. Their truth has sure and possible links; here all
links of a true span are possible and none is sure, so that a link anywhere in the span is right.
Theirs is a symmetrised alignment drawn by people; here the task itself knows the truth, and output
tokens for which it knows none are left out.
"""

import numpy as np

from zoo.data.front_ends.front_end import FrontEnd
from zoo.errors import ZooError
from zoo.evaluation.metrics import Metric
from zoo.files import atomic

WIDEST, LABEL = 12.0, 0.6  # inches, of a map's columns and of a label where columns are narrow
ALIGNMENT_ERROR = Metric(
    "alignment_error",
    "Alignment error",
    "lower",
    "reference:forced|attention:highest",
    combine=lambda sums: alignment_shares(sums)[0],
)


def alignment_counts(weights, truth):
    """Counts how far attention is from the true alignment of one example.

    Args:
        weights: float [T, S], attention of each output token over the source; rows sum to 1.
        truth: at most T collections of source positions, where each output token comes from; None
            for a token that is not judged.

    Returns:
        float64 [3]: tokens whose strongest attention falls outside the truth, attention outside the
        truth summed over tokens, and tokens judged. Sums of them over examples give
        `alignment_shares`.
    """
    counts = np.zeros(3)
    for row, positions in zip(weights, truth):
        if positions is not None:
            outside = int(np.argmax(row)) not in positions
            counts += outside, 1 - float(np.sum(row[list(positions)])), 1
    return counts


def alignment_shares(counts):
    """The sums of `alignment_counts` as shares of the tokens judged.

    Args:
        counts: float [..., 3].

    Returns:
        float [...] each, in %, lower is better: tokens whose strongest attention falls outside the
        truth, and attention outside the truth.
    """
    return 100 * counts[..., 0] / counts[..., 2], 100 * counts[..., 1] / counts[..., 2]


def model_alignment_counts(model, task, examples, jit=True):
    """Counts how far a model's attention is from a task's true alignment, on the references.

    By teacher forcing, so that every model is judged on the same tokens, also where its own output
    would be wrong.

    Args:
        model: a `Seq2Seq` that attends. `align` says which layers and heads count.
        task: a `Task` that knows its alignment.
        examples: list of N of the task's examples.
        jit: bool, False runs eagerly.

    Returns:
        float64 [N, 3], as `alignment_counts` of each example.

    Raises:
        ZooError: the model has no attention, or too few positions; or the task knows no alignment
            of these examples.
    """
    from zoo.decoding.score import attention  # here: it loads TensorFlow

    if task.alignment is None:
        raise ZooError(
            f"the task {task.name} does not know which source tokens an output token comes from"
        )
    if not model.attentive:
        raise ZooError(f"{type(model).__name__} has no attention, so it has no alignment")
    sources = task.source_tokenizer.encode_batch([x.source for x in examples])
    targets = task.target_tokenizer.encode_batch([x.references[0] for x in examples])
    found = attention(model, sources, targets, jit=jit)
    counts = [alignment_counts(row, task.alignment(x)) for row, x in zip(found, examples)]
    counts = np.array(counts).reshape(-1, 3)
    if not counts[:, 2].any():
        raise ZooError(f"the task {task.name} knows the alignment of none of these examples")
    return counts


def draw_attention(model, text, path, output=None, longest=None):
    """Draws where a model looks while it writes an output.

    For a recording, its samples, with each output token where it is heard, and its frames are drawn
    above the map. For a picture, the picture is.

    Args:
        model: a `TextModel` that attends.
        text: str, the source.
        path: of the figure, as in `draw_alignment`.
        output: str, or None for the model's own output.
        longest: as in `TextModel.align`.

    Returns:
        list of str, the output's tokens without the end token.

    Raises:
        ZooError: as `TextModel.align`.
    """
    source, target, weights = model.align(text, output, longest)
    front_end, above = model.source_tokenizer, {}
    if isinstance(front_end, FrontEnd):
        above["picture"] = front_end.picture(model.encode(text, longest))
        above["wave"] = front_end.wave(text)
    draw_alignment(source, target, weights, path, title=model.name, **above)
    return without_end(target)


def without_end(tokens):
    """list of str: the tokens without the end token, which an output that was cut lacks."""
    return tokens[:-1] if tokens[-1:] == ["</s>"] else tokens


def draw_alignment(source, target, weights, path, title=None, picture=None, wave=None):
    """Draws attention as a grid of output symbols by source symbols, dark where it is high.

    With a picture, cells are narrower and only some have a label. Attention is spread over many
    cells then, so the strongest is black; else black is 1.

    Args:
        source: list of S str; target: list of T str.
        weights: float [T, S].
        path: the figure's path; the suffix (.png, .svg, .pdf) chooses the format.
        title: str or None.
        picture: float [height, width], what the source looks like, drawn above; or None.
        wave: float [N], what the source sounds like, drawn above a picture; or None.
    """
    from matplotlib.figure import Figure  # no pyplot: works without a screen and leaves no state

    width = 0.34 if picture is None else min(0.34, WIDEST / len(source))  # of a cell
    each = 1 if picture is None else max(1, round(LABEL / width))
    heights = [1.0] * (wave is not None) + [1.2] * (picture is not None) + [0.34 * len(target)]
    figure = Figure((1.4 + width * len(source), 1.2 + sum(heights)), layout="constrained")
    *above, axes = figure.subplots(len(heights), height_ratios=heights, squeeze=False)[:, 0]
    if wave is not None:
        draw_wave(above[0], wave, without_end(target), weights)
    if picture is not None:
        above[-1].imshow(picture, cmap="Greys", aspect="auto")
    for panel in above:
        panel.set_axis_off()
    aspect, darkest = ("equal", 1.0) if picture is None else ("auto", float(np.max(weights)))
    image = axes.imshow(weights, cmap="Greys", vmin=0.0, vmax=darkest, aspect=aspect)
    axes.set_xticks(range(0, len(source), each), source[::each], parse_math=False)
    axes.set_yticks(range(len(target)), target, parse_math=False)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.set_title("source", fontsize=9, color="0.35")
    axes.set_ylabel("output", fontsize=9, color="0.35")
    if title:
        axes.set_xlabel(title, parse_math=False)
    figure.colorbar(image, ax=axes, shrink=0.7, label="attention")
    with atomic(path) as temporary:
        figure.savefig(temporary, format=str(path).rsplit(".", 1)[-1], dpi=160)


def draw_wave(panel, wave, tokens, weights):
    """Draws samples [N], and each token over the median of its attention, weights [T, S].

    Tokens take turns on two lines, so that neighbours do not cover each other.
    """
    places = np.linspace(0, weights.shape[1], len(wave))  # in frames
    panel.plot(places, wave, linewidth=0.4, color="0.35")
    panel.set_xlim(0, weights.shape[1])
    loudest = max(float(np.abs(wave).max()), 1e-6)
    panel.set_ylim(-loudest, 2.6 * loudest)
    for number, (token, row) in enumerate(zip(tokens, weights)):
        before = np.cumsum(row)
        place = np.argmax(before >= before[-1] / 2) + 0.5
        line = 1.2 + 0.8 * (number % 2)
        panel.text(place, line * loudest, token, ha="center", parse_math=False)
