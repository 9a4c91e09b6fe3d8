"""Decodes many sources: sorted by length, compiled for few shapes, returned in their own order."""

import itertools
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from zoo.backend import cores
from zoo.decoding.decoder import Decoder
from zoo.decoding.ensemble import Ensemble
from zoo.decoding.hypotheses import IMPOSSIBLE
from zoo.decoding.padding import MIN_BATCHES, fitting, rows_for, rows_here
from zoo.decoding.score import attention, check_sources, score
from zoo.decoding.strategy import Strategy
from zoo.errors import check_positive
from zoo.seq2seq import PAD_ID, Seq2Seq

CHUNK = 16  # batches of sources that a stream sorts by length and decodes together
HELD = 2**18  # frames of all sources after which a stream decodes those that it has read


class Output(NamedTuple):
    """One hypothesis.

    Attributes:
        ids: token ids, without the end token.
        score: float, by which hypotheses are ranked.
        log_probability: float, summed over the tokens, the end token included.
        ended: bool, whether the end token closed it; else it reached the maximum length.
        tokens: list of float, log-probability of each token under the model, the end token's last;
            None unless details were asked for.
        attention: float32 [T, S], each token's attention over the source; None unless details were
            asked for and the model has attention.
    """

    ids: list
    score: float
    log_probability: float
    ended: bool
    tokens: Any = None
    attention: Any = None


def generate(
    model: Seq2Seq | Ensemble,
    sources: Iterable[Sequence[int] | np.ndarray],
    strategy: Strategy,
    max_length: int,
    rows: int | None = None,
    lanes: int | None = None,
    details: bool = False,
    jit: bool = True,
) -> list[list[Output]]:
    """Decodes sources of any lengths.

    Args:
        model: a `Seq2Seq` or an `Ensemble`.
        sources: int sequences, each closed by the end token, none empty; or frames, float [S, F].
        strategy: `Greedy()`, `Beam(...)` or `Sample(...)`.
        max_length: int, the maximum number of tokens in an output, end token included.
        rows: int, sources in a batch, which is refilled as outputs end. None takes 256, and 1024
            on a large GPU. Of long frames there are fewer.
        lanes: int, batches that are searched side by side, one thread each. None takes one per core
            if there are enough sources, and one on a GPU. It changes the speed, not the outputs.
        details: bool, whether outputs have `tokens` and `attention`. Each output is then read once
            more by teacher forcing.
        jit: bool, False runs eagerly, for debugging.

    Returns:
        One list of `Output` per source, best first, in the order of `sources`.

    Raises:
        ZooError: a source is empty or has a token outside the source vocabulary, or the strategy
            cannot be used with the model.
    """
    return list(chunks(model, list(sources), strategy, max_length, rows, lanes, details, jit, None))


def stream(
    model: Seq2Seq | Ensemble,
    sources: Iterable[Sequence[int] | np.ndarray],
    strategy: Strategy,
    max_length: int,
    rows: int | None = None,
    lanes: int | None = None,
    details: bool = False,
    jit: bool = True,
) -> Iterator[list[Output]]:
    """Decodes sources as they come, in bounded memory, with the outputs of `generate`.

    Args:
        sources: iterable of what `generate` takes. It is read `CHUNK` batches at a time, and of
            frames about `HELD` at most.
        model, strategy, max_length, rows, lanes, details, jit: as in `generate`.

    Yields:
        For each source in turn a list of `Output`, best first.

    Raises:
        ZooError: any error of `generate`, raised when it is the source's turn.
    """
    yield from chunks(model, sources, strategy, max_length, rows, lanes, details, jit, CHUNK)


def chunks(model, sources, strategy, max_length, rows, lanes, details, jit, size):
    """`stream` with `size` batches at a time, or all at once if None."""
    rows = rows_here(rows, 256, 1024)
    check_positive(max_length=max_length, rows=rows, lanes=1 if lanes is None else lanes)
    decoder = Decoder(model, strategy, max_length, jit)
    sources, first, most = iter(sources), 0, rows
    while chunk := next_chunk(sources, size and size * rows, model.source_features):
        check_sources(chunk, model, first)
        most = rows_for(most, chunk, model.source_features)  # never more: each is compiled
        own_rows = most if first else fitting(most, len(chunk))
        own_lanes = lanes_for(len(chunk), own_rows, lanes)
        outputs = decode(decoder, chunk, own_rows, own_lanes, first)
        yield from with_details(model, chunk, outputs, jit) if details else outputs
        first += len(chunk)


def next_chunk(sources, count, features):
    """Takes sources from an iterator: a list of `count`, or of all if that is None.

    Of frames, with `features` numbers each, it takes no more once `HELD` are there.
    """
    if features is None or count is None:
        return list(itertools.islice(sources, count))
    chunk, held = [], 0
    for source in itertools.islice(sources, count):
        chunk.append(source)
        held += sum(np.shape(source)[:1])
        if held >= HELD:
            break
    return chunk


def decode(decoder, sources, rows, lanes, number):
    """One list of `Output` per source; `number` is the number of the first source."""
    results = [None] * len(sources)
    order = sorted(range(len(sources)), key=lambda i: -len(sources[i]))
    end_id = decoder.model.end_id
    stopped = threading.Event()

    def run(lane):
        for index, *outputs in decoder(sources, order[lane::lanes], rows, number, lanes):
            if stopped.is_set():
                return
            best = [
                Output(until_end(t, end_id), float(s), float(p), bool((t == end_id).any()))
                for t, s, p in zip(*outputs)
            ]
            # A beam may have room for more hypotheses than there are outputs.
            results[index] = [one for one in best if one.score > 2 * IMPOSSIBLE] or best[:1]

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
    """Adds each token's log-probability to outputs, and attention if the model has it."""
    repeated, targets = [], []
    for source, best in zip(sources, outputs):
        for output in best:
            ids = [*output.ids, model.end_id] if output.ended else output.ids
            repeated.append(source)
            targets.append(ids or [model.end_id])
    scores = score(model, repeated, targets, jit=jit)
    if model.attentive:
        looks = attention(model, repeated, targets, jit=jit)
    else:
        looks = [None] * len(targets)
    details = zip(scores, looks)
    detailed = []
    for best in outputs:
        own = [(output, *next(details)) for output in best]
        detailed.append([o._replace(tokens=s.tokens, attention=look) for o, s, look in own])
    return detailed


def lanes_for(count, rows, lanes):
    """How many batches are searched side by side.

    Args:
        count: int, number of sources.
        rows: int, sources per batch.
        lanes: int, what was asked for; None means one per core if each has a few batches to search.
    """
    if lanes is not None:
        return min(lanes, max(1, count))
    if tf.config.list_physical_devices("GPU"):
        return 1
    threads = tf.config.threading.get_intra_op_parallelism_threads() or cores()
    return max(1, min(threads, count // (MIN_BATCHES * rows)))


def until_end(tokens, end_id):
    """The ids before the first end token or padding."""
    ids = [int(t) for t in tokens]
    return ids[: next((i for i, t in enumerate(ids) if t in (end_id, PAD_ID)), len(ids))]
