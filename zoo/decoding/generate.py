"""Decoding many sources: sorted by length, batched in a few shapes, compiled once a shape, in their own order again."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from zoo.compiled import compiled
from zoo.errors import ZooError, check_positive
from zoo.seq2seq import PAD_ID

LENGTH_STEP = 16  # source lengths are padded to multiples of this, so that few shapes are compiled


class Output(NamedTuple):
    """One hypothesis: token ids up to and without the end token, its rank score and its log-probability."""

    ids: list
    score: float
    log_probability: float


def generate(model, sources, strategy, max_length, rows=256, jit=True):
    """Decodes sources of any lengths.

    Args:
        model: a `Seq2Seq`.
        sources: list of int sequences, each closed by the end token, none empty.
        strategy: `Greedy()` or `Beam(...)`.
        max_length: int, the most tokens of an output, the end token included.
        rows: int, sources in a batch.
        jit: bool, False runs eagerly, for debugging.

    Returns:
        A list with one list of `Output` a source, best first, in the order of `sources`.

    Raises:
        ZooError: an empty source or a token outside the source vocabulary.
    """
    check_positive(max_length=max_length, rows=rows)
    check_sources(sources, model.source_vocabulary)
    order = sorted(range(len(sources)), key=lambda i: len(sources[i]), reverse=True)
    rows = min(rows, 1 << (len(sources) - 1).bit_length()) if sources else rows
    if jit:
        search = compiled(model, (strategy, max_length), lambda model, batch: strategy(model, batch, max_length))
    else:
        search = lambda batch: strategy(model, tf.convert_to_tensor(batch), max_length)
    results = [None] * len(sources)
    for first in range(0, len(order), rows):
        chosen = order[first:first + rows]
        length = -(-len(sources[chosen[0]]) // LENGTH_STEP) * LENGTH_STEP
        batch = np.full((rows, length), PAD_ID, "int32")
        batch[:, 0] = model.end_id  # rows without a source hold a lone end token
        for row, i in enumerate(chosen):
            batch[row, :len(sources[i])] = sources[i]
        tokens, scores, log_probabilities = (np.asarray(x) for x in search(batch))
        for row, i in enumerate(chosen):
            results[i] = [Output(until_end(t, model.end_id), float(s), float(p))
                          for t, s, p in zip(tokens[row], scores[row], log_probabilities[row])]
    return results


def check_sources(sources, vocabulary):
    """Raises `ZooError` for an empty source or a token id outside [1, vocabulary)."""
    for number, source in enumerate(sources):
        if not len(source):
            raise ZooError(f"source {number + 1} is empty")
        if min(source) < 1 or max(source) >= vocabulary:
            raise ZooError(f"source {number + 1} has a token outside 1..{vocabulary - 1}: {list(map(int, source))}")


def until_end(tokens, end_id):
    """The ids before the first end token or padding."""
    ids = [int(t) for t in tokens]
    return ids[:next((i for i, t in enumerate(ids) if t in (end_id, PAD_ID)), len(ids))]
