"""Picks entries of each row, as a search does when hypotheses go on from others."""

from typing import Any

from keras import ops


def gather(x: Any, chosen: Any) -> Any:
    """The entries `chosen`, int [B, M], of each row of x [B, N, ...]: [B, M, ...]."""
    batch, count, *rest = ops.shape(x)
    rows = ops.reshape(ops.arange(batch)[:, None] * count + chosen, (-1,))
    flat = ops.take(ops.reshape(x, (batch * count, *rest)), rows, axis=0)
    return ops.reshape(flat, (*ops.shape(chosen), *rest))
