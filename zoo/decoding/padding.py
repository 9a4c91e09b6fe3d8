"""Sequences of any lengths as padded batches of few shapes, since every new shape is compiled."""

import numpy as np

from zoo.backend import gpu_memory
from zoo.frames import pad_frames
from zoo.seq2seq import PAD_ID

FRAMES = 2**16  # of a batch of sources that are frames, padding left aside
LARGE_GPU = 30 * 2**30  # bytes of a GPU that smaller batches would leave idle
MIN_BATCHES = 4  # fewest batches that a shorter length is compiled for


def batches_of(order, lengths, rows, least=MIN_BATCHES):
    """Cuts sources into batches, and chooses the length that each batch is padded to.

    A shorter length needs `least` batches at least, so that compiling for it pays. A single batch,
    such as a sentence that somebody types, is padded to a power of two from 16 on.

    Args:
        order: indices of the sources, the longest first.
        lengths: length of each source.
        rows: int, sources per batch.
        least: int.

    Yields:
        The indices of a batch, and its length.
    """
    width = padded_length(lengths[order[0]]) if order else None
    if order and len(order) <= rows:
        width = max(16, 1 << (width - 1).bit_length())
    for first in range(0, len(order), rows):
        if len(order) - first >= least * rows:
            width = padded_length(lengths[order[first]])
        yield order[first : first + rows], width


def padded_length(length):
    """Rounds a length up to one of 8, 16, 24, 32, 48, 64, 96, 128, 192 and so on."""
    step = 8 if length <= 32 else 1 << (length - 1).bit_length() - 2
    return -(-length // step) * step


def padded(sequences, rows, end_id, width=None, features=None):
    """Pads sequences to one batch.

    Args:
        sequences: at most `rows` int sequences, or arrays of frames, float [S, F].
        rows: int.
        end_id: int, which rows without a sequence hold alone.
        width: int, the padded length; None takes `padded_length` of the longest sequence.
        features: int, F, if the sequences are frames.

    Returns:
        int32 [rows, width], or `Frames`.
    """
    if width is None:
        width = padded_length(max(len(ids) for ids in sequences))
    if features is not None:
        return pad_frames(sequences, rows, width)
    batch = np.full((rows, width), PAD_ID, "int32")
    batch[:, 0] = end_id
    for row, ids in enumerate(sequences):
        batch[row, : len(ids)] = ids
    return batch


def rows_here(rows, few, many):
    """Rows of a batch that nobody has named: `many` on a large GPU, else `few`.

    Args:
        rows: int, what was asked for, or None.
        few, many: int.
    """
    if rows is not None:
        return rows
    return many if gpu_memory() >= LARGE_GPU else few


def fitting(rows, count):
    """Rows of a batch for `count` sequences: a power of two that holds them all, at most `rows`."""
    return min(rows, 1 << (count - 1).bit_length()) if count else rows


def rows_for(rows, sources, features):
    """Rows of a batch: `rows`, or fewer where frames are many.

    Then they are the largest power of two of rows that holds at most `FRAMES` frames.

    Args:
        rows: int.
        sources: sequences, or arrays of frames, float [S, F].
        features: int, F, if the sources are frames; None leaves `rows` as they are.
    """
    if features is None:
        return rows
    longest = max(map(len, sources), default=1)
    return min(rows, 1 << max(1, FRAMES // longest).bit_length() - 1)
