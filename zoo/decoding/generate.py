"""Decoding many sources: sorted by length, compiled for a few shapes, and in their own order again."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import tensorflow as tf

from zoo.backend import cores
from zoo.decoding.decoder import LEAST, Decoder, fitting
from zoo.decoding.score import attention, check_sources, score
from zoo.errors import check_positive
from zoo.seq2seq import PAD_ID

CHUNK = 16  # batches of sources that a stream sorts by length and decodes together


class Output(NamedTuple):
    """One hypothesis.

    Attributes:
        ids: token ids, up to and without the end token.
        score: float, by which hypotheses are ranked.
        log_probability: float, summed over the tokens, the end token included.
        ended: bool, whether the end token closed it; else the length ran out.
        tokens: list of float, log-probability of each token under the model, the end token's last; None unless asked for.
        attention: float32 [T, S], where each token's step looked in the source; None unless asked for, and without attention.
    """

    ids: list
    score: float
    log_probability: float
    ended: bool
    tokens: Any = None
    attention: Any = None


def generate(model, sources, strategy, max_length, rows=256, lanes=None, details=False, jit=True):
    """Decodes sources of any lengths.

    Args:
        model: a `Seq2Seq` or an `Ensemble`.
        sources: list of int sequences, each closed by the end token, none empty.
        strategy: `Greedy()`, `Beam(...)` or `Sample(...)`.
        max_length: int, the most tokens of an output, the end token included.
        rows: int, sources in a batch, which is filled again as outputs end.
        lanes: int, batches that are searched side by side, a thread each; None is one a core, for sources enough, and one on a
            GPU. It changes the speed, and nothing else.
        details: bool, whether outputs have `tokens` and `attention`, for which each is read once more by teacher forcing.
        jit: bool, False runs eagerly, for debugging.

    Returns:
        A list with one list of `Output` a source, best first, in the order of `sources`.

    Raises:
        ZooError: an empty source, a token outside the source vocabulary, or a strategy that is none for the model.
    """
    return list(chunks(model, list(sources), strategy, max_length, rows, lanes, details, jit, None))


def stream(model, sources, strategy, max_length, rows=256, lanes=None, details=False, jit=True):
    """Decodes sources as they come, in bounded memory: `generate` on so many at a time, with the same outputs.

    Args:
        sources: iterable of int sequences, each closed by the end token; `CHUNK` batches of them are read at a time.
        model, strategy, max_length, rows, lanes, details, jit: as in `generate`.

    Yields:
        For each source in turn a list of `Output`, best first.

    Raises:
        ZooError: as `generate`, when the source's turn comes.
    """
    yield from chunks(model, sources, strategy, max_length, rows, lanes, details, jit, CHUNK)


def chunks(model, sources, strategy, max_length, rows, lanes, details, jit, size):
    """`stream` with `size` batches at a time, None for all at once."""
    check_positive(max_length=max_length, rows=rows, lanes=1 if lanes is None else lanes)
    decoder, sources, first = Decoder(model, strategy, max_length, jit), iter(sources), 0
    while chunk := list(itertools.islice(sources, size and size * rows)):
        check_sources(chunk, model.source_vocabulary, first=first)
        few = rows if first else fitting(rows, len(chunk))
        outputs = decode(decoder, chunk, few, lanes_for(len(chunk), few, lanes), first)
        yield from with_details(model, chunk, outputs, jit) if details else outputs
        first += len(chunk)


def decode(decoder, sources, rows, lanes, number):
    """The outputs of sources, the first of which has a number: a list of lists of `Output`."""
    results, order = (
        [None] * len(sources),
        sorted(range(len(sources)), key=lambda i: -len(sources[i])),
    )
    end_id, stopped = decoder.model.end_id, threading.Event()

    def run(lane):
        for index, *outputs in decoder(sources, order[lane::lanes], rows, number, lanes):
            if stopped.is_set():
                return
            results[index] = [
                Output(until_end(t, end_id), float(s), float(p), bool((t == end_id).any()))
                for t, s, p in zip(*outputs)
            ]

    if lanes == 1:
        run(0)
        return results
    with ThreadPoolExecutor(lanes) as threads:
        try:
            list(threads.map(run, range(lanes)))
        except BaseException:  # Ctrl-C reaches this thread alone
            stopped.set()
            raise
    return results


def with_details(model, sources, outputs, jit):
    """The same outputs with log-probabilities of their tokens, and their attention where the model has it."""
    pairs = [(source, output) for source, best in zip(sources, outputs) for output in best]
    repeated = [source for source, _ in pairs]
    targets = [
        [*output.ids, *[model.end_id] * output.ended] or [model.end_id] for _, output in pairs
    ]
    scores = score(model, repeated, targets, jit=jit)
    looks = attention(model, repeated, targets, jit=jit) if model.attentive else [None] * len(pairs)
    detailed = (
        output._replace(tokens=own.tokens, attention=look)
        for (_, output), own, look in zip(pairs, scores, looks)
    )
    return [[next(detailed) for _ in best] for best in outputs]


def lanes_for(count, rows, lanes):
    """How many batches of so many rows are searched side by side: as many as cores, if each has a few batches to do."""
    if lanes is not None:
        return min(lanes, max(1, count))
    if tf.config.list_physical_devices("GPU"):
        return 1
    threads = tf.config.threading.get_intra_op_parallelism_threads() or cores()
    return max(1, min(threads, count // (LEAST * rows)))


def until_end(tokens, end_id):
    """The ids before the first end token or padding."""
    ids = [int(t) for t in tokens]
    return ids[: next((i for i, t in enumerate(ids) if t in (end_id, PAD_ID)), len(ids))]
