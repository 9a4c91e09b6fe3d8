"""The one loop that decodes, whatever the model and the strategy.

A batch of R places works through a pool of P sources. As soon as a share of the places is idle, their outputs are delivered
and the next sources take their places, so that short outputs do not wait for long ones: sources in the batch stand at different
positions. R sources are encoded at a time. All of it is one compiled function, from which nothing returns to Python before the
pool is empty.
"""

from keras import ops, tree

from zoo.decoding.constraints import Limits, Rules
from zoo.seq2seq import where_rows

SHARES = 8  # parts of a batch that are filled again at once: more waste fewer steps, and fill more often


def search(strategy, model, sources, max_length, numbers=None, count=None, rows=None, room=None):
    """The outputs of a pool of sources.

    Args:
        strategy: `Strategy`.
        model: `Seq2Seq` or `Ensemble`.
        sources: int [P, S].
        max_length: int, L, the most tokens of an output, the end token included.
        numbers: int32 [P], number of each source, which seeds its samples; None counts from 0.
        count: int scalar, how many sources are to be decoded, from the first one on; None is all.
        rows: int, R, places in the batch; None is one a source.
        room: int, steps for which memory is kept; a source that needs more is given up. None is `max_length`.

    Returns:
        `Hypotheses` of P sources, and which of them were given up, bool [P].
    """
    pool, room = sources.shape[0], min(room or max_length, max_length)
    rows = pool if rows is None else min(rows, pool)
    share = rows if rows == pool else max(1, rows // SHARES)
    count = ops.convert_to_tensor(pool if count is None else count, "int32")
    numbers = ops.arange(pool, dtype="int32") if numbers is None else ops.cast(numbers, "int32")
    rules = Rules(strategy.constraints, model)
    limits = rules.limits(sources, max_length)  # [P]
    begun = strategy.begin(rows, model.start_id, room)

    def encoded(first):
        """The next R sources, ready to take places."""
        batch = ops.take(sources, ops.minimum(first + ops.arange(rows), pool - 1), axis=0)
        return model.start(model.encode(batch), max_length)

    def idle(places, cut, carried):
        return ops.logical_or(ops.logical_or(places == pool, cut), strategy.done(carried))

    def unfinished(following, places, *_):
        return ops.logical_or(following < count, ops.any(places < pool))

    def batch(following, *others):
        """Encodes the next R sources, and goes on until the last of them has a place."""
        first, waiting = following, encoded(following)

        def before_next(following, *others):
            return ops.logical_and(unfinished(following, *others), ops.logical_or(following < first + rows, following >= count))

        return ops.while_loop(before_next, lambda *carry: refill(first, waiting, *carry), (following, *others))

    def refill(first, waiting, following, places, cut, carried, state, found):
        """Delivers what is done, gives its places to sources that wait, and goes on until a share of the places is idle."""
        free = idle(places, cut, carried)
        to = ops.where(free, places, pool)[:, None]  # what is not done, or nobody's, goes to a row that is cut off at the end
        found = tree.map_structure(lambda kept, new: ops.scatter_update(kept, to, new), found, (strategy.found(carried), cut))
        turn = following + ops.cumsum(ops.cast(free, "int32")) - 1  # whose turn each free place would be
        new = ops.logical_and(free, turn < ops.minimum(count, first + rows))
        state = state.restarted(new, waiting, ops.where(new, turn - first, 0))
        carried = tree.map_structure(lambda old, fresh: where_rows(new, fresh, old), carried, begun)
        places = ops.where(new, turn, ops.where(free, pool, places))
        following, cut = following + ops.sum(ops.cast(new, "int32")), ops.logical_and(cut, ops.logical_not(new))
        own = ops.minimum(places, pool - 1)
        here, its = Limits(*(ops.take(x, own) for x in limits)), ops.take(numbers, own)

        def step(cut, carried, state):
            t = state.position
            logits, state = model.step(ops.reshape(carried.last, (-1,)), state)
            logits = ops.reshape(logits, (rows, strategy.hypotheses, -1))
            carried, parents = strategy.extend(carried, logits, rules, t, here, its)
            state = state if parents is None else state.followed(parents)
            cut = ops.logical_or(cut, ops.logical_and(state.position >= room, ops.logical_not(strategy.done(carried))))
            return cut, carried, state.resting(idle(places, cut, carried))

        def busy(cut, carried, state):
            resting = ops.sum(ops.cast(idle(places, cut, carried), "int32"))
            return resting < ops.where(following < count, share, rows)

        return following, places, *ops.while_loop(busy, step, (cut, carried, state)), found

    # Only the shapes of this state are used, so that the compiler drops what it would compute.
    state, cut = encoded(0).resized(rows, strategy.hypotheses, room), ops.zeros((rows,), "bool")
    found = tree.map_structure(lambda x: ops.zeros((pool + 1, *x.shape[1:]), x.dtype), (strategy.found(begun), cut))
    start = (ops.convert_to_tensor(0, "int32"), ops.full((rows,), pool, dtype="int32"), cut, begun, state, found)
    *_, found = ops.while_loop(unfinished, batch, start)
    return tree.map_structure(lambda x: x[:pool], found)
