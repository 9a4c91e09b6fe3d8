"""Decoding many sources: sorted by length, batched in a few shapes, compiled once a shape, in their own order again."""

import itertools
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from zoo.compiled import compiled
from zoo.errors import ZooError, check_positive
from zoo.seq2seq import PAD_ID

LENGTH_STEP = 16  # source lengths are padded to multiples of this, so that few shapes are compiled
CHUNK = 16  # batches of sources that `stream` sorts by length together


class Output(NamedTuple):
    """One hypothesis: token ids up to and without the end token, its rank score and its log-probability."""

    ids: list
    score: float
    log_probability: float


def generate(model, sources, strategy, max_length, rows=256, jit=True):
    """Decodes sources of any lengths.

    Args:
        model: a `Seq2Seq` or an `Ensemble`.
        sources: list of int sequences, each closed by the end token, none empty.
        strategy: `Greedy()`, `Beam(...)` or `Sample(...)`.
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
    return decode(search_of(model, strategy, max_length, jit), model.end_id, sources, fitting(rows, len(sources)), 0)


def stream(model, sources, strategy, max_length, rows=256, jit=True):
    """Decodes sources as they come, in bounded memory: `generate` on so many at a time, with the same outputs.

    Args:
        sources: iterable of int sequences, each closed by the end token; `CHUNK` batches of them are read at a time.
        model, strategy, max_length, rows, jit: as in `generate`.

    Yields:
        For each source in turn a list of `Output`, best first.

    Raises:
        ZooError: an empty source or a token outside the source vocabulary, when its turn comes.
    """
    check_positive(max_length=max_length, rows=rows)
    search, sources, first = search_of(model, strategy, max_length, jit), iter(sources), 0
    while chunk := list(itertools.islice(sources, CHUNK * rows)):
        check_sources(chunk, model.source_vocabulary, first=first)
        size = rows if first else fitting(rows, len(chunk))
        yield from decode(search, model.end_id, chunk, size, first)
        first += len(chunk)


def search_of(model, strategy, max_length, jit):
    """The strategy on a model as a function of sources int [B, S] and their numbers int [B]."""
    strategy.constraints.check(model, max_length)
    if jit:
        return compiled(model, (strategy, max_length), lambda model, batch, rows: strategy(model, batch, max_length, rows))
    return lambda batch, rows: strategy(model, tf.convert_to_tensor(batch), max_length, tf.convert_to_tensor(rows))


def decode(search, end_id, sources, rows, number):
    """The outputs of sources, the first of which has a number, in batches of `rows`: a list of lists of `Output`."""
    order = sorted(range(len(sources)), key=lambda i: len(sources[i]), reverse=True)
    results = [None] * len(sources)
    for first in range(0, len(order), rows):
        chosen = order[first:first + rows]
        batch = padded([sources[i] for i in chosen], rows, end_id)
        numbers = np.zeros(rows, "int32")
        numbers[:len(chosen)] = [number + i for i in chosen]
        tokens, scores, log_probabilities = (np.asarray(x) for x in search(batch, numbers))
        for row, i in enumerate(chosen):
            results[i] = [Output(until_end(t, end_id), float(s), float(p))
                          for t, s, p in zip(tokens[row], scores[row], log_probabilities[row])]
    return results


def fitting(rows, count):
    """Rows of a batch for so many sequences: a power of two that holds them all, or at most `rows`."""
    return min(rows, 1 << (count - 1).bit_length()) if count else rows


def padded(sequences, rows, end_id):
    """int32 [rows, L], L a multiple of `LENGTH_STEP`; rows without a sequence hold a lone end token."""
    longest = max(len(ids) for ids in sequences)
    batch = np.full((rows, -(-longest // LENGTH_STEP) * LENGTH_STEP), PAD_ID, "int32")
    batch[:, 0] = end_id
    for row, ids in enumerate(sequences):
        batch[row, :len(ids)] = ids
    return batch


def check_sources(sources, vocabulary, side="source", first=0):
    """Raises `ZooError` for an empty sequence or a token id outside [1, vocabulary); `first` is the first one's number."""
    for number, source in enumerate(sources, first + 1):
        if not len(source):
            raise ZooError(f"{side} {number} is empty")
        if min(source) < 1 or max(source) >= vocabulary:
            raise ZooError(f"{side} {number} has a token outside 1..{vocabulary - 1}: {list(map(int, source))}")


def until_end(tokens, end_id):
    """The ids before the first end token or padding."""
    ids = [int(t) for t in tokens]
    return ids[:next((i for i, t in enumerate(ids) if t in (end_id, PAD_ID)), len(ids))]
