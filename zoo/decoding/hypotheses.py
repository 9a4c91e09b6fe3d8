"""What a search gives back, and the arithmetic on rows that searches share.

B batch, K hypotheses a source, L maximum target length, V vocabulary.
"""

from typing import Any, NamedTuple

from keras import ops, tree

IMPOSSIBLE = -1e9  # a log-probability that no hypothesis survives; finite, so that sums stay finite


class Hypotheses(NamedTuple):
    """Outputs of a search, the best of each source first.

    Attributes:
        tokens: int32 [B, K, L], closed by `end_id` unless the length ran out, then padded.
        scores: float32 [B, K], by which the hypotheses are ranked.
        log_probabilities: float32 [B, K], summed over the tokens, the end token included and a forced prefix not.
    """

    tokens: Any
    scores: Any
    log_probabilities: Any


def repeated(state, count):
    """A `State` of B rows -> one of B K, each row `count` times."""
    return tree.map_structure(lambda x: ops.repeat(x, count, axis=0), state)


def gather(x, chosen):
    """Of each row of x [B, N, ...], the places in `chosen` [B, M]: [B, M, ...]."""
    batch, count = ops.shape(x)[:2]
    rows = ops.reshape(ops.arange(batch)[:, None] * count + chosen, (-1,))
    flat = ops.take(ops.reshape(x, (batch * count, *x.shape[2:])), rows, axis=0)
    return ops.reshape(flat, (*ops.shape(chosen), *x.shape[2:]))
