"""Probability and attention of given targets, by teacher forcing."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from zoo.backend import compiled
from zoo.decoding.ensemble import Ensemble
from zoo.decoding.padding import fitting, padded, padded_length, rows_for, rows_here
from zoo.errors import ZooError, check_positive
from zoo.seq2seq import Seq2Seq


class Score(NamedTuple):
    """Log-probability of a target, and of each of its tokens, the end token included."""

    log_probability: float
    tokens: list[float]


def score(
    model: Seq2Seq | Ensemble,
    sources: Sequence[Sequence[int] | np.ndarray],
    targets: Sequence[Sequence[int]],
    rows: int | None = None,
    jit: bool = True,
) -> list[Score]:
    """Scores pairs of any lengths.

    Args:
        model: a `Seq2Seq` or an `Ensemble`.
        sources: int sequences, each closed by the end token, or frames, float [S, F].
        targets: int sequences, as many, each closed by the end token.
        rows: int, pairs in a batch; None takes 64, and 512 on a large GPU.
        jit: bool, False runs eagerly, for debugging.

    Returns:
        One `Score` per pair, in order.

    Raises:
        ZooError: the numbers of sources and targets differ; a sequence is empty, has a token
            outside its vocabulary, or is longer than the model has positions for; or `rows` is not
            positive.
    """
    found = teacher_forced(model, "score", log_probabilities, sources, targets, rows, jit)
    tokens = [x[: len(target)].tolist() for x, target in zip(found, targets)]
    return [Score(float(sum(x)), x) for x in tokens]


def attention(
    model: Seq2Seq | Ensemble,
    sources: Sequence[Sequence[int] | np.ndarray],
    targets: Sequence[Sequence[int]],
    rows: int | None = None,
    jit: bool = True,
) -> list[Any]:
    """Attention of pairs of any lengths.

    Args:
        model, sources, targets, rows, jit: as in `score`.

    Returns:
        One float32 [T, S] per pair, each target token's attention over the source; rows sum to 1.

    Raises:
        ZooError: any error of `score`, or the model has no attention.
    """

    def align(model, source, opened, target):
        return tf.cast(model.align(source, opened), "float32")

    found = teacher_forced(model, "attention", align, sources, targets, rows, jit)
    return [x[: len(target), : len(source)] for x, source, target in zip(found, sources, targets)]


def teacher_forced(model, key, function, sources, targets, rows, jit):
    """Runs a function of padded batches on pairs of any lengths.

    Args:
        key: str, distinguishes the compiled function from the model's others.
        function: takes the model, sources [B, S], the decoder's inputs int [B, T], and targets
            int [B, T], which are the inputs shifted left by one. Returns an array [B, ...].
        model, sources, targets, rows, jit: as in `score`.

    Returns:
        A list with the row of each pair.
    """
    rows = rows_here(rows, 64, 512)
    check_positive(rows=rows)
    if len(sources) != len(targets):
        raise ZooError(f"there are {len(sources)} sources and {len(targets)} targets")
    check_sources(sources, model)
    check_ids(targets, model.target_vocabulary, "target")
    check_fit(model, sources, targets)

    def run(*batch):
        return compiled(model, key, function)(*batch) if jit else function(model, *batch)

    rows = fitting(rows_for(rows, sources, model.source_features), len(sources))
    results = [None] * len(sources)
    shapes = [(len(source), len(target)) for source, target in zip(sources, targets)]
    order = sorted(range(len(sources)), key=lambda i: shapes[i], reverse=True)
    for first in range(0, len(order), rows):
        chosen = order[first : first + rows]
        own = [sources[i] for i in chosen]
        outputs = [targets[i] for i in chosen]
        width = width_within(own, model.longest_source(max(map(len, outputs))))
        source = padded(own, rows, model.end_id, width, model.source_features)  # [B, S]
        width = width_within(outputs, model.longest_target())
        target = padded(outputs, rows, model.end_id, width)  # [B, T]
        opened = np.concatenate([np.full_like(target[:, :1], model.start_id), target[:, :-1]], 1)
        for i, row in zip(chosen, np.asarray(run(source, opened, target))):
            results[i] = row
    return results


def width_within(sequences, limit):
    """The length that sequences are padded to, at most `limit` unless one of them is longer."""
    longest = max(map(len, sequences))
    width = padded_length(longest)
    return width if limit is None else max(longest, min(width, limit))


def check_fit(model, sources, targets):
    """Raises `ZooError` for a pair with a side longer than the model has positions for.

    A compiled model would not fail: it would use its last position again.
    """
    room = model.longest_target()
    for number, (source, target) in enumerate(zip(sources, targets), 1):
        if room is not None and len(target) > room:
            raise ZooError(
                f"pair {number}: the target has {len(target)} tokens, and the model has positions "
                f"for {room}; shorten it"
            )
        limit = model.longest_source(len(target))
        if limit is not None and len(source) > limit:
            raise ZooError(
                f"pair {number}: the source has length {len(source)}, and beside a target of "
                f"{len(target)} tokens the model has positions for {limit}; shorten it"
            )


def check_room(model, max_length):
    """Raises `ZooError` if outputs of `max_length` tokens are beyond the model's positions."""
    room = model.longest_target()
    if room is not None and max_length > room:
        raise ZooError(
            f"the model has positions for outputs of {room} tokens, and max_length is "
            f"{max_length}; lower it"
        )


def log_probabilities(model, source, opened, target):
    """Log-probability of each target token, float32 [B, T]."""
    return tf.gather(tf.nn.log_softmax(model((source, opened))), target, batch_dims=2)


def check_sources(sources, model, first=0):
    """Raises `ZooError` for a source that the model cannot read.

    Args:
        sources: int sequences, or frames, float [S, F].
        model: `Seq2Seq` or `Ensemble`.
        first: int, sources that came before these.
    """
    if model.source_features is None:
        check_ids(sources, model.source_vocabulary, first=first)
        return
    for number, frames in enumerate(sources, first + 1):
        shape = np.shape(frames)
        if len(shape) != 2 or shape[1] != model.source_features or not shape[0]:
            raise ZooError(
                f"source {number} must be frames of {model.source_features} numbers, "
                f"[S, {model.source_features}], got {list(shape)}"
            )
        if not np.isfinite(frames).all():
            raise ZooError(f"source {number} has frames with NaN or infinite numbers")


def check_ids(sequences, vocabulary, side="source", first=0):
    """Raises `ZooError` for an empty sequence or a token id outside [1, vocabulary).

    Args:
        side: str, what a message calls a sequence.
        first: int, sequences that came before these.
    """
    for number, sequence in enumerate(sequences, first + 1):
        if not len(sequence):
            raise ZooError(f"{side} {number} is empty")
        if min(sequence) < 1 or max(sequence) >= vocabulary:
            ids = list(map(int, sequence))
            raise ZooError(f"{side} {number} has a token outside 1..{vocabulary - 1}: {ids}")
