"""Decoding many sources: sorted by length, compiled for a few shapes, and in their own order again."""

import itertools
import os
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import tensorflow as tf

from zoo.decoding.decoder import LEAST, Decoder
from zoo.errors import ZooError, check_positive
from zoo.seq2seq import PAD_ID

CHUNK = 16  # batches of sources that a stream sorts by length and decodes together


class Output(NamedTuple):
    """One hypothesis: token ids up to and without the end token, its rank score and its log-probability."""

    ids: list
    score: float
    log_probability: float


def generate(model, sources, strategy, max_length, rows=256, lanes=None, jit=True):
    """Decodes sources of any lengths.

    Args:
        model: a `Seq2Seq` or an `Ensemble`.
        sources: list of int sequences, each closed by the end token, none empty.
        strategy: `Greedy()`, `Beam(...)` or `Sample(...)`.
        max_length: int, the most tokens of an output, the end token included.
        rows: int, sources in a batch, which is filled again as outputs end.
        lanes: int, batches that are searched side by side, a thread each; None is one a core, for sources enough, and one on a
            GPU. It changes the speed, and nothing else.
        jit: bool, False runs eagerly, for debugging.

    Returns:
        A list with one list of `Output` a source, best first, in the order of `sources`.

    Raises:
        ZooError: an empty source or a token outside the source vocabulary.
    """
    check_positive(max_length=max_length, rows=rows, lanes=1 if lanes is None else lanes)
    check_sources(sources, model.source_vocabulary)
    rows = fitting(rows, len(sources))
    return decode(Decoder(model, strategy, max_length, jit), sources, rows, lanes_for(len(sources), rows, lanes), 0)


def stream(model, sources, strategy, max_length, rows=256, lanes=None, jit=True):
    """Decodes sources as they come, in bounded memory: `generate` on so many at a time, with the same outputs.

    Args:
        sources: iterable of int sequences, each closed by the end token; `CHUNK` batches of them are read at a time.
        model, strategy, max_length, rows, lanes, jit: as in `generate`.

    Yields:
        For each source in turn a list of `Output`, best first.

    Raises:
        ZooError: an empty source or a token outside the source vocabulary, when its turn comes.
    """
    check_positive(max_length=max_length, rows=rows, lanes=1 if lanes is None else lanes)
    decoder, sources, first = Decoder(model, strategy, max_length, jit), iter(sources), 0
    while chunk := list(itertools.islice(sources, CHUNK * rows)):
        check_sources(chunk, model.source_vocabulary, first=first)
        size = rows if first else fitting(rows, len(chunk))
        yield from decode(decoder, chunk, size, lanes_for(len(chunk), size, lanes), first)
        first += len(chunk)


def decode(decoder, sources, rows, lanes, number):
    """The outputs of sources, the first of which has a number: a list of lists of `Output`."""
    results, order = [None] * len(sources), sorted(range(len(sources)), key=lambda i: -len(sources[i]))

    def run(lane):
        for index, *outputs in decoder(sources, order[lane::lanes], rows, number):
            results[index] = [Output(until_end(t, decoder.model.end_id), float(s), float(p)) for t, s, p in zip(*outputs)]

    if lanes == 1:
        run(0)
    else:
        with ThreadPoolExecutor(lanes) as threads:
            list(threads.map(run, range(lanes)))
    return results


def lanes_for(count, rows, lanes):
    """How many batches of so many rows are searched side by side: as many as cores, if each has a few batches to do."""
    if lanes is not None:
        return min(lanes, max(1, count))
    if tf.config.list_physical_devices("GPU"):
        return 1
    cores = tf.config.threading.get_intra_op_parallelism_threads() or len(os.sched_getaffinity(0))
    return max(1, min(cores, count // (LEAST * rows)))


def fitting(rows, count):
    """Rows of a batch for so many sequences: a power of two that holds them all, or at most `rows`."""
    return min(rows, 1 << (count - 1).bit_length()) if count else rows


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
