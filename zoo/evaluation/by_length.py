"""Scores by source length, which show what a context of fixed size costs."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from zoo.errors import ZooError, check_positive
from zoo.evaluation.metrics import score_of


def length_edges(source_lengths, buckets=5):
    """Edges that put about as many examples in each bucket.

    Args:
        source_lengths: int `[N]`.
        buckets: int, the maximum number of buckets.

    Returns:
        Increasing list of int. Bucket `i` holds the lengths from `edges[i]` to `edges[i + 1] - 1`
        and at least one example. There are fewer buckets if few lengths differ.

    Raises:
        ZooError: no lengths, or `buckets` not above zero.
    """
    check_positive(buckets=buckets)
    lengths = np.asarray(source_lengths, "int64")
    if not lengths.size:
        raise ZooError("edges need at least one length")
    # Each cut is one of the lengths, and the first is the shortest.
    cuts = np.quantile(lengths, np.arange(buckets) / buckets, method="higher")
    return [*np.unique(cuts).tolist(), int(lengths.max()) + 1]


def by_length(
    counted: Mapping[str, np.ndarray], source_lengths: Sequence[int], edges: Sequence[int]
) -> list[dict]:
    """Scores the examples of each range of source lengths by themselves.

    Args:
        counted: metric name to what it counted of each example, `[N, ...]`.
        source_lengths: int `[N]`.
        edges: increasing int `[K + 1]`, as from `length_edges`. The first and the last are moved
            out to the shortest and the longest source.

    Returns:
        List of `K` dicts with "low" and "high", the range with both ends included; "count"; and the
        score under each metric's name, None if the range has no example.

    Raises:
        UnknownName: no such metric.
        ZooError: edges do not increase, or the numbers of examples differ.
    """
    lengths = np.asarray(source_lengths, "int64")
    edges = [int(edge) for edge in edges]
    if any(len(rows) != len(lengths) for rows in counted.values()):
        numbers = ", ".join(f"{len(rows)} of {name}" for name, rows in counted.items())
        raise ZooError(f"as many counts as lengths are needed, got {numbers}, {len(lengths)}")
    if len(edges) < 2 or any(low >= high for low, high in zip(edges, edges[1:])):
        raise ZooError(f"edges must be two or more increasing numbers, got {edges}")
    if lengths.size:
        edges[0] = min(edges[0], int(lengths.min()))
        edges[-1] = max(edges[-1], int(lengths.max()) + 1)
    rows = []
    for low, high in zip(edges, edges[1:]):
        chosen = np.flatnonzero((lengths >= low) & (lengths < high))
        row: dict[str, Any] = {"low": low, "high": high - 1, "count": len(chosen)}
        for name, counts in counted.items():
            row[name] = score_of(name, counts[chosen]) if len(chosen) else None
        rows.append(row)
    return rows
