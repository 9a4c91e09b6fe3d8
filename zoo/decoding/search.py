"""The one loop that decodes, whatever the model and the strategy.

A batch has R places. Sources are encoded R at a time and wait; as soon as a share of the places is idle, their outputs are
delivered and the next sources take the places, so that short outputs do not wait for long ones: sources in the batch stand at
different positions. When all that waited have places the loop returns, the others still in theirs, and goes on with the next R
sources. So the batch stays full from the first source to the last, however they are encoded.
"""

from typing import Any, NamedTuple

from keras import ops, tree

from zoo.decoding.constraints import Limits, Rules
from zoo.seq2seq import PAD_ID, Memory, fitted, where_rows

NOBODY = -1
SHARES = (
    8  # parts of a batch that are filled again at once: more waste fewer steps, and fill more often
)


class Places(NamedTuple):
    """The batch between two steps, R places.

    Attributes:
        index: int32 [R], which source has each place; `NOBODY` where it is free.
        number: int32 [R], the source's number, which seeds its samples.
        limits: `Limits` of the sources.
        carried: what the strategy carries from step to step.
        state: the model's `State`.
    """

    index: Any
    number: Any
    limits: Any
    carried: Any
    state: Any


class Waiting(NamedTuple):
    """Sources that have no place yet: index, number and tokens of each, int32 [R], and their `Memory`."""

    index: Any
    number: Any
    lengths: Any
    memory: Any


class Delivered(NamedTuple):
    """Sources that are done, in any order: index of each, int32 [M], `NOBODY` in the rows left over, and their `Hypotheses`."""

    index: Any
    hypotheses: Any


def free_places(strategy, model, memory, max_length, room):
    """`Places` that all are free, as many as sources are in the memory, with records of `room` steps; L is `max_length`."""
    state = model.start(memory, max_length)
    rows = state.position.shape[0]
    nobody = ops.full((rows,), NOBODY, dtype="int32")
    return Places(
        nobody,
        nobody,
        Limits(nobody, nobody, nobody),
        strategy.begin(rows, model.start_id, room, tokens_of(memory)),
        state.resized(rows, strategy.hypotheses, room),
    )


def tokens_of(memory):
    """The source tokens S that a `Memory`, or one a model, has places for."""
    return memory.mask.shape[1] if isinstance(memory, Memory) else tokens_of(memory[0])


def longer(places, room):
    """bool, whether an output in the places has more tokens than `room` already."""
    return bool(ops.any(places.carried.tokens[..., room:] != PAD_ID))


def refitted(places, free):
    """The same `Places` with the memory and records of others that are free.

    Args:
        places: `Places`.
        free: `Places` of more or fewer steps, or of shorter sources, but not too few or too short for what is in the places.
    """
    return places._replace(
        carried=tree.map_structure(fitted, places.carried, free.carried),
        state=places.state.refitted(free.state),
    )


def advance(strategy, model, places, waiting, taken, count, last, max_length):
    """Goes on until all that wait have places, or a source has filled the memory for its steps.

    Args:
        strategy: `Strategy`.
        model: `Seq2Seq` or `Ensemble`.
        places: `Places`.
        waiting: `Waiting`.
        taken, count: int scalars, how many that wait have had a place already, and how many there are.
        last: bool scalar, whether to go on until the places are free again.
        max_length: int, L, the most tokens of an output, the end token included.

    Returns:
        `Places`, how many that wait have a place now, and what was `Delivered` on the way, 2 R rows.
    """
    rows, room = places.index.shape[0], places.carried.tokens.shape[-1]
    share = max(1, rows // SHARES)
    rules = Rules(strategy.constraints, model)
    limits = rules.limits(waiting.lengths, max_length)
    begun = strategy.begin(rows, model.start_id, room, tokens_of(waiting.memory))
    fresh, model_step = (
        model.start(waiting.memory, max_length),
        model.stepper(rows * strategy.hypotheses),
    )

    def idle(places):
        return ops.logical_or(places.index == NOBODY, strategy.done(places.carried))

    def fits(places):
        return (
            True if room >= max_length else ops.all(places.state.position < room)
        )  # idle ones stand at 0

    def unfinished(taken, number, places, delivered):
        left = ops.logical_or(taken < count, ops.logical_and(last, ops.any(places.index != NOBODY)))
        return ops.logical_and(left, fits(places))

    def refill(taken, number, places, delivered):
        """Delivers what is done, gives its places to sources that wait, and goes on until a share of the places is idle."""
        free = idle(places)
        done = ops.logical_and(free, places.index != NOBODY)
        to = ops.where(done, number + ops.cumsum(ops.cast(done, "int32")) - 1, 2 * rows)[
            :, None
        ]  # the last row is cut off
        delivered = tree.map_structure(
            lambda kept, new: ops.scatter_update(kept, to, new),
            delivered,
            Delivered(places.index, strategy.found(places.carried)),
        )
        turn = (
            taken + ops.cumsum(ops.cast(free, "int32")) - 1
        )  # whose turn each free place would be
        new = ops.logical_and(free, turn < count)
        turn = ops.where(new, turn, 0)
        chosen = lambda values, others: ops.where(new, ops.take(values, turn), others)
        places = Places(
            chosen(waiting.index, ops.where(free, NOBODY, places.index)),
            chosen(waiting.number, places.number),
            Limits(*map(chosen, limits, places.limits)),
            tree.map_structure(
                lambda old, other: where_rows(new, other, old), places.carried, begun
            ),
            places.state.restarted(new, fresh, turn),
        )
        taken, number = (
            n + ops.sum(ops.cast(which, "int32")) for n, which in ((taken, new), (number, done))
        )
        enough = ops.where(
            taken < count, share, ops.where(last, rows, 0)
        )  # idle places at which to stop
        busy = lambda places: ops.logical_and(
            ops.sum(ops.cast(idle(places), "int32")) < enough, fits(places)
        )
        return taken, number, ops.while_loop(busy, step, (places,))[0], delivered

    def step(places):
        t = places.state.position
        logits, state = model_step(ops.reshape(places.carried.last, (-1,)), places.state)
        attention, state = state.looked()
        own = lambda x: (
            x if isinstance(x, tuple) else ops.reshape(x, (rows, strategy.hypotheses, -1))
        )
        carried, parents = strategy.extend(
            places.carried, own(logits), own(attention), rules, t, places.limits, places.number
        )
        state = state if parents is None else state.followed(parents)
        places = places._replace(carried=carried)
        return (places._replace(state=state.resting(idle(places))),)

    none = Delivered(places.index, strategy.found(begun))
    none = tree.map_structure(lambda x: ops.zeros((2 * rows + 1, *x.shape[1:]), x.dtype), none)
    none = none._replace(index=none.index + NOBODY)
    taken, _, places, delivered = ops.while_loop(
        unfinished,
        refill,
        (ops.cast(taken, "int32"), ops.convert_to_tensor(0, "int32"), places, none),
    )
    return places, taken, tree.map_structure(lambda x: x[:-1], delivered)


def complete(strategy, model, sources, waiting, count, max_length, room):
    """Encodes sources that have the places to themselves, and goes on until they are done, or one has filled its memory.

    Args:
        strategy, model, count, max_length: as in `advance`.
        sources: int [R, S].
        waiting: `Waiting` of the sources, whose memory is not looked at.
        room: int, steps that there is memory for.

    Returns:
        The `Memory` of the sources, `Places` and what was `Delivered`.
    """
    memory = model.encode(sources)
    places = free_places(strategy, model, memory, max_length, room)
    places, _, delivered = advance(
        strategy, model, places, waiting._replace(memory=memory), 0, count, True, max_length
    )
    return memory, places, delivered


def search(strategy, model, sources, max_length, numbers=None):
    """The outputs of one batch, all of it at once.

    Args:
        strategy, model, max_length: as in `advance`.
        sources: int [B, S].
        numbers: int32 [B], number of each source; None counts from 0.

    Returns:
        `Hypotheses` of B sources.
    """
    rows = sources.shape[0]
    index, lengths = (
        ops.arange(rows, dtype="int32"),
        ops.sum(ops.cast(sources != PAD_ID, "int32"), 1),
    )
    waiting = Waiting(
        index, index if numbers is None else ops.cast(numbers, "int32"), lengths, None
    )
    _, _, delivered = complete(
        strategy,
        model,
        sources,
        waiting,
        ops.convert_to_tensor(rows, "int32"),
        max_length,
        max_length,
    )
    order = ops.argsort(ops.where(delivered.index == NOBODY, rows, delivered.index))[:rows]
    return tree.map_structure(lambda x: ops.take(x, order, axis=0), delivered.hypotheses)
