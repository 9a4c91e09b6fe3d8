"""Decodes many sources: sorted by length, compiled for a few shapes, returned in their order."""

import itertools
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import tensorflow as tf

from zoo.backend import cores
from zoo.decoding.decoder import LEAST, Decoder, fitting
from zoo.decoding.score import attention, check_sources, score
from zoo.decoding.strategy import Strategy
from zoo.errors import check_positive
from zoo.seq2seq import PAD_ID

CHUNK = 16  # batches of sources that a stream sorts by length and decodes together


class Output(NamedTuple):
    """One hypothesis.

    Attributes:
        ids: token ids, up to and without the end token.
        score: float that ranks the hypotheses.
        log_probability: float, summed over the tokens, the end token included.
        ended: bool, whether it ends with the end token, and was not cut at the maximum length.
        tokens: list of float, the model's log-probability of each token, the end token's last, or
            None without `details`.
        attention: float32 [T, S], the attention of each token over the source, or None without
            `details` or without attention.
    """

    ids: list
    score: float
    log_probability: float
    ended: bool
    tokens: Any = None
    attention: Any = None


def generate(
    model: Any,
    sources: Iterable[Sequence[int]],
    strategy: Strategy,
    max_length: int,
    rows: int = 256,
    lanes: int | None = None,
    details: bool = False,
    jit: bool = True,
) -> list[list[Output]]:
    """Decodes sources of any lengths.

    Args:
        model: a `Seq2Seq` or an `Ensemble`.
        sources: list of int sequences, each closed by the end token, none empty.
        strategy: `Greedy()`, `Beam(...)` or `Sample(...)`.
        max_length: int, the most tokens of an output, the end token included.
        rows: int, sources in a batch, which is filled again as outputs end.
        lanes: int, batches searched side by side, one thread each. None is one per core if there
            are enough sources, and one on a GPU. Lanes change only the speed.
        details: bool, adds `tokens` and `attention` to the outputs, which takes another pass over
            each of them.
        jit: bool, False runs eagerly, for debugging.

    Returns:
        A list with one list of `Output` per source, best first, in the order of `sources`.

    Raises:
        ZooError: a source is empty, a token is outside the source vocabulary, or the strategy
            cannot be used with the model.
    """
    return list(chunks(model, list(sources), strategy, max_length, rows, lanes, details, jit, None))


def stream(
    model: Any,
    sources: Iterable[Sequence[int]],
    strategy: Strategy,
    max_length: int,
    rows: int = 256,
    lanes: int | None = None,
    details: bool = False,
    jit: bool = True,
) -> Iterator[list[Output]]:
    """Decodes sources as they arrive, in bounded memory, with the same outputs as `generate`.

    Args:
        sources: iterable of int sequences, each closed by the end token; `CHUNK` batches of them
            are read at a time.
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
    """Adds log-probabilities of tokens, and attention if the model has it, to the outputs."""
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
    """The default number of lanes: one per core, as long as each has a few batches."""
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
