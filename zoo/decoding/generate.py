"""Decoding many sources: sorted by length, in pools of a few shapes, compiled once a shape, and in their own order again."""

import functools
import itertools
from typing import NamedTuple

import numpy as np
import tensorflow as tf
from keras import tree

from zoo.compiled import compiled
from zoo.decoding.search import search
from zoo.errors import ZooError, check_positive
from zoo.seq2seq import PAD_ID

LEAST = 4  # batches of sources for which a function of their length is compiled
CHUNK = 16  # batches of sources that are sorted by length and decoded together


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
        rows: int, sources in a batch, which is filled again as outputs end.
        jit: bool, False runs eagerly, for debugging.

    Returns:
        A list with one list of `Output` a source, best first, in the order of `sources`.

    Raises:
        ZooError: an empty source or a token outside the source vocabulary.
    """
    check_positive(max_length=max_length, rows=rows)
    check_sources(sources, model.source_vocabulary)
    rows = fitting(rows, len(sources))
    return decode(search_of(model, strategy, max_length, jit), model.end_id, sources, rows, 0, max_length)


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
    found, sources, first = search_of(model, strategy, max_length, jit), iter(sources), 0
    while chunk := list(itertools.islice(sources, CHUNK * rows)):
        check_sources(chunk, model.source_vocabulary, first=first)
        size = rows if first else fitting(rows, len(chunk))
        yield from decode(found, model.end_id, chunk, size, first, max_length)
        first += len(chunk)


def search_of(model, strategy, max_length, jit):
    """The strategy on a model, as a function that gives NumPy `Hypotheses` and which sources were given up, bool [P].

    It takes a pool's sources int [P, S], their numbers int [P], how many there are, the rows of a batch, and the steps that
    memory is kept for.
    """
    strategy.constraints.check(model, max_length)

    def found(pool, numbers, count, rows, room):
        def function(model, pool, numbers, count):
            return search(strategy, model, pool, max_length, numbers, count, rows, room)

        function = compiled(model, (strategy, max_length, rows, room), function) if jit else functools.partial(function, model)
        return tree.map_structure(np.asarray, function(*(tf.convert_to_tensor(x) for x in (pool, numbers, count))))

    return found


def decode(found, end_id, sources, rows, number, max_length):
    """The outputs of sources, the first of which has a number: a list of lists of `Output`.

    They are searched in pools of similar lengths, with memory for outputs of about twice the source's length. Those that turn
    out to need more are searched again with memory for `max_length`.
    """
    results, lengths = [None] * len(sources), [len(ids) for ids in sources]

    def decode_pool(chosen, rows, room):
        size = rows if len(chosen) <= rows else CHUNK * rows
        batch, numbers = padded([sources[i] for i in chosen], size, end_id), np.zeros(size, "int32")
        numbers[:len(chosen)] = [number + i for i in chosen]
        hypotheses, given_up = found(batch, numbers, np.int32(len(chosen)), rows, room)
        for i, more, *outputs in zip(chosen, given_up, *hypotheses):
            results[i] = None if more else [Output(until_end(t, end_id), float(s), float(p)) for t, s, p in zip(*outputs)]

    for chosen in pools(range(len(sources)), lengths, rows):
        decode_pool(chosen, rows, min(max_length, max(32, 2 * padded_length(lengths[chosen[0]]))))
    again = [i for i, result in enumerate(results) if result is None]
    for chosen in pools(again, lengths, rows):
        decode_pool(chosen, fitting(rows, len(chosen)), max_length)
    return results


def pools(places, lengths, rows):
    """The `places` of sources that are decoded together, the longest first: lists of at most `CHUNK` batches.

    All of a pool are padded to one length. So that few lengths have to be compiled, a pool has `LEAST` batches before the next
    shorter length gets one, and what would be less stays with those before.
    """
    order = sorted(places, key=lambda i: lengths[i], reverse=True)
    widths, first = [padded_length(lengths[i]) for i in order], 0
    for i in range(1, len(order)):
        shorter = widths[i] < widths[first] and min(i - first, len(order) - i) >= LEAST * rows
        if shorter or i - first == CHUNK * rows:
            yield order[first:i]
            first = i
    if order:
        yield order[first:]


def padded_length(length):
    """The next larger one of 8, 16, 24, 32, 48, 64, 96, 128, 192 and so on, to which a sequence is padded."""
    step = 8 if length <= 32 else 1 << (length - 1).bit_length() - 2
    return -(-length // step) * step


def fitting(rows, count):
    """Rows of a batch for so many sequences: a power of two that holds them all, or at most `rows`."""
    return min(rows, 1 << (count - 1).bit_length()) if count else rows


def padded(sequences, rows, end_id):
    """int32 [rows, L], L one of `padded_length`; rows without a sequence hold a lone end token."""
    longest = max(len(ids) for ids in sequences)
    batch = np.full((rows, padded_length(longest)), PAD_ID, "int32")
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
