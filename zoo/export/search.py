"""A search in one graph, for batches of any size and sources of any length.

`zoo.decoding.search` refills places and grows memory as outputs end; that needs shapes which are
known. Here every source of a batch begins and ends with it.
"""

import tensorflow as tf
from keras import ops, tree

from zoo.decoding import Ensemble, Hypotheses
from zoo.decoding.constraints import Rules
from zoo.decoding.search import layouts
from zoo.decoding.state import map_caches, reordered_state, rested_state
from zoo.decoding.strategy import Strategy
from zoo.layers.portable import portable
from zoo.seq2seq import PAD_ID, Seq2Seq


def graph_search(
    strategy: Strategy, model: Seq2Seq | Ensemble, source: tf.Tensor, max_length: int
) -> Hypotheses:
    """Decodes a batch.

    Args:
        strategy: `Greedy` or `Beam`.
        model: `Seq2Seq` or `Ensemble`.
        source: int32 [B, S], padded with 0; both lengths may be unknown.
        max_length: int, L, the maximum number of tokens in an output, end token included.

    Returns:
        `Hypotheses`.
    """
    rows, length = ops.shape(source)
    numbers = ops.arange(rows, dtype="int32")
    rules = Rules(strategy.constraints, model)
    limits = rules.limits(ops.sum(ops.cast(source != PAD_ID, "int32"), 1), max_length)

    def unfinished(running, state):
        return ops.logical_not(ops.all(strategy.done(running)))

    def step(running, state):
        logits, after, attention = model.step(running.last, state)
        extended, parents = strategy.extend(
            running, logits, attention, rules, state.position, limits, numbers
        )
        after = after if parents is None else reordered_state(after, parents)
        after = rested_state(after, strategy.done(extended))
        return tree.map_structure(with_shape_of, (extended, after), (running, state))

    with portable():
        state = model.start(model.encode(source), max_length)
        running = strategy.begin(rows, model.start_id, max_length, length)
        state = spread(state, rows, strategy.hypotheses, max_length)
        with layouts(model, strategy.hypotheses + 1):
            running, _ = tf.while_loop(unfinished, step, (running, state))
    return strategy.found(running)


def spread(state, rows, count, max_length):
    """The `State` of one hypothesis per source as that of `count`."""

    def repeated(x):
        return ops.broadcast_to(x, (rows, count, *ops.shape(x)[2:]))

    return state._replace(
        carried=tree.map_structure(repeated, state.carried),
        cache=map_caches(lambda cache: cache.emptied(rows, count, max_length), state.cache),
    )


def with_shape_of(x, before):
    """A tensor with the static shape that it had before the step."""
    x.set_shape(before.shape)
    return x
