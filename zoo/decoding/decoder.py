"""Many sources in one batch of places, whose memory grows and shrinks with what is in it."""

import functools

import numpy as np
import tensorflow as tf
from keras import tree

from zoo.backend import compiled
from zoo.decoding.search import (
    NOBODY,
    Waiting,
    advance,
    complete,
    free_places,
    longer,
    resized_places,
)
from zoo.decoding.state import padded_memory
from zoo.seq2seq import PAD_ID

LEAST = 4  # batches for which a function of their length is compiled
STEPS = 16  # steps that a batch has memory for at least
FEW = 4  # hypotheses whose memory is so small that four times as many steps cost next to nothing


class Decoder:
    """A strategy on a model, with its functions compiled once a shape.

    Args:
        model, strategy, max_length, jit: as in `zoo.decoding.generate`.

    Raises:
        ZooError: the constraints do not fit the model or the maximum length.
    """

    def __init__(self, model, strategy, max_length, jit):
        strategy.check(model, max_length)
        self.model, self.strategy, self.max_length, self.jit = model, strategy, max_length, jit

    def __call__(self, sources, order, rows, number, lanes=1):
        """Searches the sources in `order`, the longest first, in a batch of so many rows; the first
        source has a number.

        So many `lanes` search other sources at the same time, and use the same compiled functions.

        Yields:
            A source's place in `sources`, and its tokens [K, L], scores [K] and log-probabilities
            [K], as soon as it is done.
        """
        lengths, limit = [len(ids) for ids in sources], self.model.longest_source(self.max_length)
        batch, batches = (
            Batch(self, rows),
            list(batches_of(order, lengths, rows, -(-LEAST // lanes))),
        )
        for turn, (chosen, width) in enumerate(batches, 1):
            index, tokens = np.zeros((2, rows), "int32")
            index[: len(chosen)], tokens[: len(chosen)] = chosen, [lengths[i] for i in chosen]
            width = (
                max(lengths[chosen[0]], min(width, limit)) if limit else width
            )  # a longer one is an error of the model's
            waiting = Waiting(
                *map(tf.constant, (index, index + np.int32(number), tokens)), memory=None
            )
            batch_sources = tf.constant(
                padded([sources[i] for i in chosen], rows, self.model.end_id, width)
            )
            if len(batches) == 1:
                return (yield from batch.complete(batch_sources, waiting, len(chosen)))
            memory = self.encode(batch_sources)
            batch.fit(memory, width, max((lengths[i] for i in batch.living()), default=0))
            waiting = waiting._replace(memory=padded_memory(memory, batch.length))
            yield from batch.advance(waiting, len(chosen), turn == len(batches))

    # Functions that are compiled once per shape

    def encode(self, sources):
        """`Memory` of int [R, S]."""
        return self.compiled(
            ("encode", *sources.shape), lambda model, sources: model.encode(sources)
        )(sources)

    def begin(self, memory, room):
        """`Places` that are free."""
        strategy, max_length = self.strategy, self.max_length
        return self.compiled(
            ("begin", *self.shape(memory, room)),
            lambda model, memory: free_places(strategy, model, memory, max_length, room),
        )(memory)

    def advance(self, room, *state):
        """See `zoo.decoding.search.advance`."""
        strategy, max_length = self.strategy, self.max_length
        return self.compiled(
            ("advance", *self.shape(state[1].memory, room)),
            lambda model, *state: advance(strategy, model, *state, max_length),
        )(*state)

    def complete(self, room, sources, *state):
        """See `zoo.decoding.search.complete`."""
        strategy, max_length = self.strategy, self.max_length
        return self.compiled(
            ("complete", strategy, max_length, room, *sources.shape),
            lambda model, *state: complete(strategy, model, *state, max_length, room),
        )(sources, *state)

    def shape(self, memory, room):
        return self.strategy, self.max_length, room, tuple(x.shape for x in tree.flatten(memory))

    def compiled(self, key, function):
        """The function must not hold the decoder, which holds the model that keeps it."""
        return (
            compiled(self.model, key, function)
            if self.jit
            else functools.partial(function, self.model)
        )


class Batch:
    """Places whose memory grows and shrinks with what is in them.

    There is memory for the longest source that is left and for outputs a third longer. It gets more
    when an output is longer, and less as soon as half as much will do for the sources.

    Args:
        decoder: `Decoder`.
        rows: int, R.
    """

    def __init__(self, decoder, rows):
        self.decoder, self.places, self.length, self.room = decoder, None, 0, 0
        self.grown = 0  # outputs for which there was no room
        self.least = (
            4 * STEPS if rows * decoder.strategy.hypotheses <= FEW else STEPS
        )  # the fewest steps to have memory for

    def living(self):
        """Indices of the sources that have places."""
        return (
            []
            if self.places is None
            else [i for i in np.asarray(self.places.index).tolist() if i != NOBODY]
        )

    def fit(self, memory, width, longest):
        """Makes room for the next sources, which are padded to `width`, beside the longest of those
        that have places.
        """
        fewer = self.places is None or width <= self.length // 2 and longest <= width
        length = width if fewer else self.length
        room = self.room_for(length)
        if (
            (length, room) == (self.length, self.room)
            or self.places is not None
            and longer(self.places, room)
        ):
            return
        free = self.decoder.begin(padded_memory(memory, length), room)
        self.places = free if self.places is None else resized_places(self.places, free)
        self.length, self.room = length, room

    def room_for(self, length):
        """Steps to have memory for beside sources of a length."""
        return min(self.decoder.max_length, max(self.least, -(-length // 12) * 16))

    def advance(self, waiting, count, last, taken=0):
        """Until all that wait have places, or where `last` the places are free again: what is done,
        as `Decoder` yields it.
        """
        taken = tf.constant(taken)
        while True:
            self.places, taken, found = self.decoder.advance(
                self.room, self.places, waiting, taken, tf.constant(count), tf.constant(last)
            )
            yield from delivered(found)
            if int(taken) == count and not (last and self.living()):
                return
            self.grow(waiting.memory)

    def complete(self, sources, waiting, count):
        """The same for sources that are the first and the last, int [R, S], of which `waiting` has
        no memory yet.
        """
        self.room = self.room_for(sources.shape[1])
        memory, self.places, found = self.decoder.complete(
            self.room, sources, waiting, tf.constant(count)
        )
        yield from delivered(found)
        if self.living():
            self.grow(memory)
            yield from self.advance(waiting._replace(memory=memory), count, True, taken=count)

    def grow(self, memory):
        """Makes room for outputs that are longer."""
        self.grown, self.room = self.grown + 1, min(self.decoder.max_length, 4 * self.room)
        self.least = (
            self.room if self.grown == LEAST else self.least
        )  # from now on, it does not shrink
        self.places = resized_places(self.places, self.decoder.begin(memory, self.room))


def delivered(found):
    """What `Delivered` holds, as `Decoder` yields it."""
    for index, *outputs in zip(*map(np.asarray, (found.index, *found.hypotheses))):
        if index != NOBODY:
            yield int(index), *outputs


def batches_of(order, lengths, rows, least=LEAST):
    """Sources in their order, the longest first, in batches, each with the length that it is padded
    to.

    Functions that are compiled anew have to pay: a shorter length comes with `least` batches at
    least, and a single batch, such as a word that somebody types, has a power of two from 16 on.
    """
    width = padded_length(lengths[order[0]]) if order else None
    if len(order) <= rows and order:
        width = max(16, 1 << (width - 1).bit_length())
    for first in range(0, len(order), rows):
        if len(order) - first >= least * rows:
            width = padded_length(lengths[order[first]])
        yield order[first : first + rows], width


def padded_length(length):
    """The next larger one of 8, 16, 24, 32, 48, 64, 96, 128, 192 and so on, to which a sequence is
    padded.
    """
    step = 8 if length <= 32 else 1 << (length - 1).bit_length() - 2
    return -(-length // step) * step


def padded(sequences, rows, end_id, width=None):
    """Pads sequences to int32 [rows, width]. Rows without a sequence hold a lone end token.

    Args:
        width: int, or None for the `padded_length` of the longest sequence.
    """
    batch = np.full(
        (rows, width or padded_length(max(len(ids) for ids in sequences))), PAD_ID, "int32"
    )
    batch[:, 0] = end_id
    for row, ids in enumerate(sequences):
        batch[row, : len(ids)] = ids
    return batch


def fitting(rows, count):
    """Rows of a batch for `count` sequences: a power of two that holds them, or at most `rows`."""
    return min(rows, 1 << (count - 1).bit_length()) if count else rows
