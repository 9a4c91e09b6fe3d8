"""Scores by source length, which is where a context of fixed size shows."""

import numpy as np

from zoo.errors import ZooError, check_positive
from zoo.evaluation.metrics import score


def length_edges(source_lengths, buckets=5):
    """Edges that put about as many examples in each bucket.

    Args:
        source_lengths: int `[N]`.
        buckets: int, the most buckets.

    Returns:
        List of int, increasing: bucket `i` holds the lengths from `edges[i]` to `edges[i + 1] - 1`, and at least one
        example. Fewer buckets come back where lengths repeat too much to cut.

    Raises:
        ZooError: no lengths, or `buckets` not above zero.
    """
    check_positive(buckets=buckets)
    lengths = np.asarray(source_lengths, "int64")
    if not lengths.size:
        raise ZooError("edges need at least one length")
    cuts = np.quantile(
        lengths, np.arange(buckets) / buckets, method="higher"
    )  # From the lengths; the shortest first.
    return [*np.unique(cuts).tolist(), int(lengths.max()) + 1]


def by_length(metric_names, hypotheses, references, source_lengths, edges):
    """Scores the examples of each range of source lengths by themselves.

    Args:
        metric_names: sequence of str, names that `zoo.evaluation.metrics.score` takes.
        hypotheses: list of `N` str.
        references: list of `N` tuples of str.
        source_lengths: int `[N]`.
        edges: increasing int `[K + 1]`, as from `length_edges`.

    Returns:
        List of `K` dicts with "low" and "high", the range with both ends included, "count", and the score by metric
        name, None where the range has no example.

    Raises:
        UnknownName: no such metric.
        ZooError: edges that do not increase, a length outside of them, or different numbers of examples.
    """
    lengths, edges = np.asarray(source_lengths, "int64"), [int(edge) for edge in edges]
    if not len(hypotheses) == len(references) == len(lengths):
        raise ZooError(
            f"as many outputs, references and lengths are needed, got {len(hypotheses)}, {len(references)} "
            f"and {len(lengths)}"
        )
    if len(edges) < 2 or any(low >= high for low, high in zip(edges, edges[1:])):
        raise ZooError(f"edges must be two or more increasing numbers, got {edges}")
    outside = lengths[(lengths < edges[0]) | (lengths >= edges[-1])]
    if outside.size:
        raise ZooError(
            f"{outside.size} source lengths, such as {outside[0]}, are outside of the edges {edges}"
        )
    rows = []
    for low, high in zip(edges, edges[1:]):
        chosen = np.flatnonzero((lengths >= low) & (lengths < high)).tolist()
        row = {"low": low, "high": high - 1, "count": len(chosen)}
        some, right = [hypotheses[i] for i in chosen], [references[i] for i in chosen]
        rows.append(
            row | {name: score(name, some, right) if chosen else None for name in metric_names}
        )
    return rows
