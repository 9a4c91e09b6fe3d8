"""Log-probability and attention of given targets, by teacher forcing."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from zoo.backend import compiled
from zoo.decoding.decoder import fitting, padded
from zoo.errors import ZooError, check_positive


class Score(NamedTuple):
    """Log-probability of a target, and of each of its tokens, the end token included."""

    log_probability: float
    tokens: list


def score(
    model: Any,
    sources: Sequence[Sequence[int]],
    targets: Sequence[Sequence[int]],
    rows: int = 64,
    jit: bool = True,
) -> list[Score]:
    """Scores pairs of any lengths.

    Args:
        model: a `Seq2Seq` or an `Ensemble`.
        sources, targets: lists of int sequences of the same number, each closed by the end token.
        rows: int, pairs in a batch.
        jit: bool, False runs eagerly, for debugging.

    Returns:
        A list of `Score`, in the order of the pairs.

    Raises:
        ZooError: lists of different lengths, an empty sequence, or a token outside its vocabulary.
    """
    found = forced(model, "score", log_probabilities, sources, targets, rows, jit)
    tokens = [x[: len(target)].tolist() for x, target in zip(found, targets)]
    return [Score(float(sum(x)), x) for x in tokens]


def attention(model, sources, targets, rows=64, jit=True):
    """Attention of pairs of any lengths.

    Args:
        As `score`.

    Returns:
        A list of float32 [T, S], where each target token's step looked; rows sum to 1.

    Raises:
        ZooError: as `score` does, and for a model without attention.
    """

    def align(model, source, opened, target):
        return tf.cast(model.align(source, opened), "float32")

    found = forced(model, "attention", align, sources, targets, rows, jit)
    return [x[: len(target), : len(source)] for x, source, target in zip(found, sources, targets)]


def forced(model, key, function, sources, targets, rows, jit):
    """A compiled function of sources int [B, S], and targets int [B, T] as the decoder reads them
    and as it should write them, on pairs of any lengths: a list of its result's rows.
    """
    check_positive(rows=rows)
    if len(sources) != len(targets):
        raise ZooError(f"there are {len(sources)} sources and {len(targets)} targets")
    check_sources(sources, model.source_vocabulary)
    check_sources(targets, model.target_vocabulary, "target")
    function = (
        compiled(model, key, function)
        if jit
        else lambda *batch, eager=function: eager(model, *batch)
    )
    order = sorted(
        range(len(sources)), key=lambda i: (len(sources[i]), len(targets[i])), reverse=True
    )
    rows, results = fitting(rows, len(sources)), [None] * len(sources)
    for first in range(0, len(order), rows):
        chosen = order[first : first + rows]
        source, target = (
            padded([side[i] for i in chosen], rows, model.end_id) for side in (sources, targets)
        )
        opened = np.concatenate([np.full_like(target[:, :1], model.start_id), target[:, :-1]], 1)
        for i, row in zip(chosen, np.asarray(function(source, opened, target))):
            results[i] = row
    return results


def log_probabilities(model, source, opened, target):
    """float32 [B, T]."""
    return tf.gather(tf.nn.log_softmax(model((source, opened))), target, batch_dims=2)


def check_sources(sources, vocabulary, side="source", first=0):
    """Raises `ZooError` for an empty sequence or a token id outside [1, vocabulary).

    Args:
        first: int, the number of the first source in messages.
    """
    for number, source in enumerate(sources, first + 1):
        if not len(source):
            raise ZooError(f"{side} {number} is empty")
        if min(source) < 1 or max(source) >= vocabulary:
            raise ZooError(
                f"{side} {number} has a token outside 1..{vocabulary - 1}: {list(map(int, source))}"
            )
