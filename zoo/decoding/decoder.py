"""Many sources in one batch of places, whose memory grows and shrinks with what is in it."""

import functools

import numpy as np
import tensorflow as tf
from keras import tree

from zoo.backend import compiled
from zoo.decoding.capacity import MIN_ROOM, check_search
from zoo.decoding.padding import MIN_BATCHES, batches_of, padded
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
from zoo.frames import map_source

MANY_GROWTHS = 4  # after so many growths, later batches start with the grown size
FEW = 4  # up to this many hypotheses, memory for four times as many steps costs next to nothing


class Decoder:
    """A strategy on a model, with its functions compiled once per shape.

    Args:
        model, strategy, max_length, jit: as in `zoo.decoding.generate`.

    Raises:
        ZooError: the constraints do not fit the model or the maximum length.
    """

    def __init__(self, model, strategy, max_length, jit):
        strategy.check(model, max_length)
        self.model, self.strategy, self.max_length, self.jit = model, strategy, max_length, jit

    def __call__(self, sources, order, rows, number, lanes=1):
        """Searches sources in batches.

        Args:
            sources: list of int sequences, or of frames, float [S, F].
            order: indices of the sources to search, the longest first.
            rows: int, R, sources per batch.
            number: int, of the first of all sources. A source's number seeds its samples.
            lanes: int, decoders that search other sources at the same time and share the compiled
                functions.

        Yields:
            The index of a source, and its tokens [K, L], scores [K] and log-probabilities [K], as
            soon as it is done.

        Raises:
            ZooError: there are more hypotheses than this machine can hold.
        """
        check_search(self.strategy, self.model, self.max_length, rows)
        lengths = [len(ids) for ids in sources]
        limit = self.model.longest_source(self.max_length)
        batches = list(batches_of(order, lengths, rows, -(-MIN_BATCHES // lanes)))
        batch = Batch(self, rows)
        for turn, (chosen, width) in enumerate(batches, 1):
            if limit:  # a source beyond the limit stays as it is: the model says what is wrong
                width = max(lengths[chosen[0]], min(width, limit))
            waiting = self.waiting(chosen, lengths, rows, number)
            own = [sources[i] for i in chosen]
            source = padded(own, rows, self.model.end_id, width, self.model.source_features)
            source = map_source(tf.constant, source)  # [R, S]
            if len(batches) == 1:
                yield from batch.complete(source, waiting, len(chosen))
                return
            memory = self.encode(source)
            longest = max((lengths[i] for i in batch.living()), default=0)
            batch.fit(memory, width, longest)
            waiting = waiting._replace(memory=padded_memory(memory, batch.length))
            yield from batch.advance(waiting, len(chosen), turn == len(batches))

    def waiting(self, chosen, lengths, rows, number):
        """`Waiting` of the chosen sources, without their memory."""
        index, own_lengths = np.zeros((2, rows), "int32")
        index[: len(chosen)] = chosen
        own_lengths[: len(chosen)] = [lengths[i] for i in chosen]
        numbers = index + np.int32(number)
        return Waiting(*map(tf.constant, (index, numbers, own_lengths)), memory=None)

    # Functions that are compiled once per shape ---------------------------------------------------

    def encode(self, sources):
        """`Memory` of ids [R, S], or of `Frames`."""

        def run(model, sources):
            return model.encode(sources)

        return self.compiled(("encode", *sources.shape), run)(sources)

    def begin(self, memory, room):
        """Empty `Places` for sources like those of the memory."""
        strategy, max_length = self.strategy, self.max_length

        def run(model, memory):
            return free_places(strategy, model, memory, max_length, room)

        return self.compiled(("begin", *self.shape(memory, room)), run)(memory)

    def advance(self, room, places, waiting, *numbers):
        """See `zoo.decoding.search.advance`."""
        strategy, max_length = self.strategy, self.max_length

        def run(model, *tensors):
            return advance(strategy, model, *tensors, max_length)

        key = ("advance", *self.shape(waiting.memory, room))
        return self.compiled(key, run)(places, waiting, *numbers)

    def complete(self, room, sources, waiting, count):
        """See `zoo.decoding.search.complete`."""
        strategy, max_length = self.strategy, self.max_length

        def run(model, *tensors):
            return complete(strategy, model, *tensors, max_length, room)

        key = ("complete", strategy, max_length, room, *sources.shape)
        return self.compiled(key, run)(sources, waiting, count)

    def shape(self, memory, room):
        """What a function of a memory is compiled for."""
        shapes = tuple(x.shape for x in tree.flatten(memory))
        return self.strategy, self.max_length, room, shapes

    def compiled(self, key, function):
        """`function(model, *tensors)`, compiled, as a function of the tensors.

        The function must not hold the decoder: the model keeps the function, and the decoder holds
        the model.
        """
        if self.jit:
            return compiled(self.model, key, function)
        return functools.partial(function, self.model)


class Batch:
    """Places whose memory grows and shrinks with what is in them.

    There is memory for the longest source that is left, and for outputs a third longer. It grows
    when an output is longer, and shrinks as soon as half of it is enough for the sources.

    Args:
        decoder: `Decoder`.
        rows: int, R.
    """

    def __init__(self, decoder, rows):
        self.decoder, self.places = decoder, None
        self.length = 0  # source tokens that there is memory for
        self.room = 0  # steps that there is memory for
        self.grown = 0  # how often an output had no room
        few = rows * decoder.strategy.hypotheses <= FEW
        self.least = 4 * MIN_ROOM if few else MIN_ROOM  # fewest steps to have memory for

    def living(self):
        """Indices of the sources that have places."""
        if self.places is None:
            return []
        return [i for i in np.asarray(self.places.index).tolist() if i != NOBODY]

    def fit(self, memory, width, longest):
        """Makes room for the next sources.

        Args:
            memory: `Memory` of the next sources.
            width: int, the length that they are padded to.
            longest: int, length of the longest source that has a place.
        """
        first = self.places is None
        shrinks = first or width <= self.length // 2 and longest <= width
        length = width if shrinks else self.length
        room = self.room_for(length)
        if (length, room) == (self.length, self.room):
            return
        if not first and longer(self.places, room):
            return
        free = self.decoder.begin(padded_memory(memory, length), room)
        self.places = free if first else resized_places(self.places, free)
        self.length, self.room = length, room

    def room_for(self, length):
        """Steps to have memory for with sources of a length."""
        return min(self.decoder.max_length, max(self.least, -(-length // 12) * 16))

    def advance(self, waiting, count, last, taken=0):
        """Decodes until all waiting sources have places.

        Args:
            waiting: `Waiting`.
            count: int, how many sources wait.
            last: bool, whether to go on until all places are free again.
            taken: int, how many waiting sources have been placed so far.

        Yields:
            What is done, as `Decoder` yields it.
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
        """Decodes the only batch of sources.

        Args:
            sources: int [R, S], or `Frames`.
            waiting: `Waiting` of the sources, without their memory.
            count: int, how many sources wait.

        Yields:
            What is done, as `Decoder` yields it.
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
        """Makes room for longer outputs."""
        self.grown += 1
        self.room = min(self.decoder.max_length, 4 * self.room)
        if self.grown == MANY_GROWTHS:  # later batches begin with this room
            self.least = self.room
        self.places = resized_places(self.places, self.decoder.begin(memory, self.room))


def delivered(found):
    """The sources in a `Delivered`, as `Decoder` yields them."""
    for index, *outputs in zip(*map(np.asarray, (found.index, *found.hypotheses))):
        if index != NOBODY:
            yield int(index), *outputs
