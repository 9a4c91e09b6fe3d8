"""The result of a search, and how searches pick the largest numbers of a row.

B batch, K hypotheses per source, L maximum target length, V vocabulary.
"""

from typing import Any, NamedTuple

from keras import ops

from zoo.layers.gather import gather

DEPTH = 64  # numbers per column in `top`
IMPOSSIBLE = -1e9  # a log-probability that no hypothesis survives; finite, so that sums stay finite


class Hypotheses(NamedTuple):
    """Outputs of a search, the best of each source first.

    Attributes:
        tokens: int32 [B, K, L], closed by `end_id` unless the length ran out, then padded.
        scores: float32 [B, K], by which the hypotheses are ranked.
        log_probabilities: float32 [B, K], summed over the tokens, with the end token but without a
            forced prefix.
    """

    tokens: Any
    scores: Any
    log_probabilities: Any


def top(x, count):
    """The `count` largest numbers of each row, the largest first.

    A long row is cut into columns. Its largest numbers are in the columns with the largest maxima,
    so the row is read once and only a few of its numbers are sorted.

    Args:
        x: float [B, N].
        count: int, at most N.

    Returns:
        values [B, count], and their places in the row, int32 [B, count].
    """
    batch, length = ops.shape(x)
    columns = length // DEPTH
    if columns < 4 * count:
        values, places = ops.top_k(x, count)
        return values, ops.cast(places, "int32")
    main = ops.reshape(x[:, : DEPTH * columns], (batch, DEPTH, columns))
    best = ops.cast(ops.top_k(ops.max(main, 1), count)[1], "int32")  # columns, [B, count]
    best = ops.sort(best, -1)
    places = (ops.arange(DEPTH)[:, None] * columns)[None] + best[:, None]  # [B, DEPTH, count]
    rest = ops.arange(DEPTH * columns, length)
    rest = ops.broadcast_to(rest, (batch, length - DEPTH * columns))
    places = ops.concatenate([ops.reshape(places, (batch, DEPTH * count)), rest], 1)
    values, chosen = ops.top_k(gather(x, places), count)
    return values, gather(places, ops.cast(chosen, "int32"))
