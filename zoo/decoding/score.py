"""How probable given targets are, by teacher forcing."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from zoo.compiled import compiled
from zoo.decoding.decoder import padded
from zoo.decoding.generate import check_sources, fitting
from zoo.errors import ZooError, check_positive


class Score(NamedTuple):
    """Log-probability of a target, and of each of its tokens, the end token included: list of float."""

    log_probability: float
    tokens: list


def score(model, sources, targets, rows=64, jit=True):
    """Scores pairs of any lengths.

    Args:
        model: a `Seq2Seq`.
        sources, targets: lists of int sequences of the same number, each closed by the end token.
        rows: int, pairs in a batch.
        jit: bool, False runs eagerly, for debugging.

    Returns:
        A list of `Score`, in the order of the pairs.

    Raises:
        ZooError: lists of different lengths, an empty sequence, or a token outside its vocabulary.
    """
    check_positive(rows=rows)
    if len(sources) != len(targets):
        raise ZooError(f"there are {len(sources)} sources and {len(targets)} targets")
    check_sources(sources, model.source_vocabulary)
    check_sources(targets, model.target_vocabulary, "target")
    function = compiled(model, "score", log_probabilities) if jit else lambda *batch: log_probabilities(model, *batch)
    order = sorted(range(len(sources)), key=lambda i: (len(sources[i]), len(targets[i])), reverse=True)
    rows, results = fitting(rows, len(sources)), [None] * len(sources)
    for first in range(0, len(order), rows):
        chosen = order[first:first + rows]
        source, target = (padded([side[i] for i in chosen], rows, model.end_id) for side in (sources, targets))
        opened = np.concatenate([np.full_like(target[:, :1], model.start_id), target[:, :-1]], 1)
        found = np.asarray(function(source, opened, target))
        for row, i in enumerate(chosen):
            tokens = found[row, :len(targets[i])].tolist()
            results[i] = Score(float(sum(tokens)), tokens)
    return results


def log_probabilities(model, source, opened, target):
    """int [B, S], and int [B, T] as the decoder reads it and as it should write it -> float32 [B, T]."""
    return tf.gather(tf.nn.log_softmax(model((source, opened))), target, batch_dims=2)
