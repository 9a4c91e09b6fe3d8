"""Scores by what examples are a part of, such as a kind of questions."""

from collections.abc import Mapping, Sequence

import numpy as np

from zoo.evaluation.metrics import score_of

MOST = 50  # groups that a table can show


def by_group(counted: Mapping[str, np.ndarray], groups: Sequence[str]) -> list[dict]:
    """Scores the examples of each group by themselves.

    Args:
        counted: metric name to what it counted of each example, `[N, ...]`.
        groups: of each example, as `Example.group` says.

    Returns:
        A dict per group, in the order in which they come, with "group", "count", and the score
        under each metric's name. The list is empty if all examples are of one group, or if there
        are more than `MOST` groups.
    """
    names = list(dict.fromkeys(groups))
    if not 1 < len(names) <= MOST:
        return []
    members = {name: np.flatnonzero(np.asarray(groups) == name) for name in names}
    return [
        {"group": name, "count": len(chosen)}
        | {metric: score_of(metric, counts[chosen]) for metric, counts in counted.items()}
        for name, chosen in members.items()
    ]
