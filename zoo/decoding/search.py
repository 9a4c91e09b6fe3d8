"""The one loop that decodes, whatever the model and the strategy.

A batch has R places. Sources are encoded R at a time and wait. As soon as a share of the places is
idle, their outputs are delivered and the next sources take the places, so that short outputs do not
wait for long ones; sources in the batch stand at different positions. When every waiting source has
a place, the loop returns, with unfinished sources still in theirs, and goes on with the next R. So
the batch stays full from the first source to the last.
"""

import contextlib
from typing import Any, NamedTuple

from keras import ops, tree

from zoo.decoding.constraints import Limits, Rules
from zoo.decoding.state import (
    empty_state,
    refilled_state,
    reordered_state,
    resized,
    resized_state,
    rested_state,
    where_rows,
)
from zoo.layers.hoisting import hoisted
from zoo.seq2seq import PAD_ID, padding_mask

NOBODY = -1
SHARES = 8  # parts that a batch is refilled in: more parts waste fewer steps, but refill more often


class Places(NamedTuple):
    """The batch between two steps, R places.

    Attributes:
        index: int32 [R], which source has each place; `NOBODY` where it is free.
        number: int32 [R], the source's number, which seeds its samples.
        limits: `Limits` of the sources.
        running: what the strategy carries from step to step.
        state: the model's `State`.
    """

    index: Any
    number: Any
    limits: Any
    running: Any
    state: Any


class Waiting(NamedTuple):
    """Sources without a place: index, number and length of each, int32 [R], and their `Memory`."""

    index: Any
    number: Any
    lengths: Any
    memory: Any


class Delivered(NamedTuple):
    """Finished sources, in any order.

    Attributes:
        index: int32 [M], which source each row is; `NOBODY` in rows left over.
        hypotheses: their `Hypotheses`.
    """

    index: Any
    hypotheses: Any


def free_places(strategy, model, memory, max_length, room):
    """Empty `Places`, one per source of the memory, with room for `room` steps."""
    state = model.start(memory, max_length)
    rows, length = memory.mask.shape
    nobody = ops.full((rows,), NOBODY, dtype="int32")
    return Places(
        nobody,
        nobody,
        Limits(nobody, nobody, nobody),
        strategy.begin(rows, model.start_id, room, length),
        empty_state(state, rows, strategy.hypotheses, room),
    )


def longer(places, room):
    """bool, whether an output in the places already has more tokens than `room`."""
    return bool(ops.any(places.running.tokens[..., room:] != PAD_ID))


def resized_places(places, free):
    """Crops or zero-pads the places to the shape of other, free ones.

    Args:
        places: `Places`.
        free: `Places` with more or fewer steps, or for shorter sources. What `places` holds must
            fit.
    """
    return places._replace(
        running=tree.map_structure(resized, places.running, free.running),
        state=resized_state(places.state, free.state),
    )


def advance(strategy, model, places, waiting, taken, count, last, max_length):
    """Decodes until every waiting source has a place, or a source has no room for another step.

    Args:
        strategy: `Strategy`.
        model: `Seq2Seq` or `Ensemble`.
        places: `Places`.
        waiting: `Waiting`.
        taken: int scalar, how many waiting sources have been placed so far.
        count: int scalar, how many waiting sources there are.
        last: bool scalar, whether to go on until all places are free again.
        max_length: int, L, the maximum number of tokens in an output, end token included.

    Returns:
        `Places`, how many waiting sources have been placed, and what was `Delivered`, 2 R rows.
    """
    rows, room = places.index.shape[0], places.running.tokens.shape[-1]
    share = max(1, rows // SHARES)
    rules = Rules(strategy.constraints, model)
    limits = rules.limits(waiting.lengths, max_length)
    begun = strategy.begin(rows, model.start_id, room, waiting.memory.mask.shape[1])
    fresh = model.start(waiting.memory, max_length)

    def idle(places):
        return ops.logical_or(places.index == NOBODY, strategy.done(places.running))

    def fits(places):
        """Whether every source has room for another step; idle ones stand at position 0."""
        return True if room >= max_length else ops.all(places.state.position < room)

    def unfinished(taken, number, places, delivered):
        busy = ops.logical_and(last, ops.any(places.index != NOBODY))
        return ops.logical_and(ops.logical_or(taken < count, busy), fits(places))

    def refill(taken, number, places, delivered):
        """Delivers outputs, refills their places, and steps until a share of them is idle."""
        free = idle(places)
        done = ops.logical_and(free, places.index != NOBODY)
        # Unfinished rows are written to row 2R, which is cut off at the end.
        to = ops.where(done, number + ops.cumsum(ops.cast(done, "int32")) - 1, 2 * rows)[:, None]
        delivered = tree.map_structure(
            lambda kept, new: ops.scatter_update(kept, to, new),
            delivered,
            Delivered(places.index, strategy.found(places.running)),
        )
        turn = taken + ops.cumsum(ops.cast(free, "int32")) - 1  # who would get each free place
        new = ops.logical_and(free, turn < count)
        turn = ops.where(new, turn, 0)

        def chosen(values, others):
            return ops.where(new, ops.take(values, turn), others)

        places = Places(
            chosen(waiting.index, ops.where(free, NOBODY, places.index)),
            chosen(waiting.number, places.number),
            Limits(*map(chosen, limits, places.limits)),
            tree.map_structure(
                lambda old, start: where_rows(new, start, old), places.running, begun
            ),
            refilled_state(places.state, new, fresh, turn),
        )
        taken = taken + ops.sum(ops.cast(new, "int32"))
        number = number + ops.sum(ops.cast(done, "int32"))
        enough = ops.where(taken < count, share, ops.where(last, rows, 0))  # idle places to stop at

        def busy(places):
            some_left = ops.sum(ops.cast(idle(places), "int32")) < enough
            return ops.logical_and(some_left, fits(places))

        return taken, number, ops.while_loop(busy, step, (places,))[0], delivered

    def step(places):
        t = places.state.position
        logits, state, attention = model.step(places.running.last, places.state)
        running, parents = strategy.extend(
            places.running, logits, attention, rules, t, places.limits, places.number
        )
        state = state if parents is None else reordered_state(state, parents)
        places = places._replace(running=running)
        return (places._replace(state=rested_state(state, idle(places))),)

    none = Delivered(places.index, strategy.found(begun))
    none = tree.map_structure(lambda x: ops.zeros((2 * rows + 1, *x.shape[1:]), x.dtype), none)
    none = none._replace(index=none.index + NOBODY)
    start = ops.cast(taken, "int32"), ops.convert_to_tensor(0, "int32"), places, none
    with layouts(model, rows * strategy.hypotheses):
        taken, _, places, delivered = ops.while_loop(unfinished, refill, start)
    return places, taken, tree.map_structure(lambda x: x[:-1], delivered)


def layouts(model, hypotheses):
    """Hoists the models' weights out of the loop, unless for a single hypothesis.

    For one hypothesis, copying the weights costs more than it saves.
    """
    if hypotheses == 1:
        return contextlib.nullcontext()
    return hoisted(*getattr(model, "members", [model]))


def complete(strategy, model, sources, waiting, count, max_length, room):
    """Encodes one batch of sources and decodes until all are done, or one has no room.

    Args:
        strategy, model, count, max_length: as in `advance`.
        sources: int [R, S], or `Frames`.
        waiting: `Waiting` of the sources; its memory is ignored.
        room: int, steps that there is memory for.

    Returns:
        The `Memory` of the sources, `Places`, and what was `Delivered`.
    """
    memory = model.encode(sources)
    places = free_places(strategy, model, memory, max_length, room)
    waiting = waiting._replace(memory=memory)
    places, _, delivered = advance(strategy, model, places, waiting, 0, count, True, max_length)
    return memory, places, delivered


def search(strategy, model, sources, max_length, numbers=None):
    """Decodes one batch in one piece.

    Args:
        strategy, model, max_length: as in `advance`.
        sources: int [B, S], or `Frames`.
        numbers: int32 [B], number of each source; None counts from 0.

    Returns:
        `Hypotheses` of B sources.
    """
    rows = sources.shape[0]
    index = ops.arange(rows, dtype="int32")
    lengths = ops.sum(ops.cast(padding_mask(sources), "int32"), 1)
    numbers = index if numbers is None else ops.cast(numbers, "int32")
    waiting = Waiting(index, numbers, lengths, None)
    count = ops.convert_to_tensor(rows, "int32")
    _, _, delivered = complete(strategy, model, sources, waiting, count, max_length, max_length)
    order = ops.argsort(ops.where(delivered.index == NOBODY, rows, delivered.index))[:rows]
    return tree.map_structure(lambda x: ops.take(x, order, axis=0), delivered.hypotheses)
