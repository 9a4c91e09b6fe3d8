"""How a search reorders, grows, refills and rests the `State` of a model.

B sources, K hypotheses each. Every leaf of `State.source` is [B, ...], of `State.carried`
[B, K, ...]. An ensemble has a tuple of caches, one per model.
"""

from keras import ops, tree

from zoo.layers.gather import gather
from zoo.layers.key_value_cache import KeyValueCache
from zoo.seq2seq import State


def empty_state(state, sources, count, room):
    """A state of zeros for `sources` sources with `count` hypotheses each and `room` steps."""

    def empty_source(x):
        return ops.zeros((sources, *x.shape[1:]), x.dtype)

    def empty_carried(x):
        return ops.zeros((sources, count, *x.shape[2:]), x.dtype)

    return State(
        tree.map_structure(empty_source, state.source),
        tree.map_structure(empty_carried, state.carried),
        map_caches(lambda cache: cache.emptied(sources, count, room), state.cache),
        ops.zeros((sources,), dtype="int32"),
    )


def resized_state(state, other):
    """Crops or zero-pads every leaf, and the cache's slots, to `other`'s shape."""
    return State(
        tree.map_structure(resized, state.source, other.source),
        tree.map_structure(resized, state.carried, other.carried),
        map_caches(lambda cache, like: cache.resized(like), state.cache, other.cache),
        state.position,
    )


def reordered_state(state, parents):
    """Each hypothesis goes on from the one of its source in `parents`, int [B, K]."""
    return state._replace(
        carried=tree.map_structure(lambda x: gather(x, parents), state.carried),
        cache=map_caches(lambda cache: cache.reordered(parents), state.cache),
    )


def rested_state(state, idle):
    """Resets idle sources, bool [B], to position 0. Their logits are ignored."""
    return state._replace(position=ops.where(idle, 0, state.position))


def refilled_state(state, new, fresh, index):
    """Starts new sources in place of old ones.

    Args:
        state: `State` of B sources with K hypotheses each.
        new: bool [B], the places whose source is new.
        fresh: `State` of one hypothesis per waiting source, before its first step.
        index: int [B], which waiting source goes to each place.
    """

    def picked(old, waiting):
        return where_rows(new, ops.take(waiting, index, axis=0), old)

    return State(
        tree.map_structure(picked, state.source, fresh.source),
        tree.map_structure(picked, state.carried, fresh.carried),
        map_caches(lambda cache: cache.restarted(new), state.cache),
        ops.where(new, 0, state.position),
    )


def map_caches(function, cache, *others):
    """`function` of each `KeyValueCache` in `cache`: one, or a tuple of them, nested or empty."""
    if isinstance(cache, KeyValueCache):
        return function(cache, *others)
    return tuple(map_caches(function, *members) for members in zip(cache, *others))


def padded_memory(memory, length):
    """The `Memory` with its source axis zero-padded to `length`."""

    def pad(x):
        missing = length - ops.shape(x)[1]
        return ops.pad(x, [(0, missing if axis == 1 else 0) for axis in range(len(x.shape))])

    return memory._replace(states=tree.map_structure(pad, memory.states), mask=pad(memory.mask))


def resized(x, other):
    """Crops or zero-pads a tensor to another's shape."""
    x = x[tuple(slice(size) for size in other.shape)]
    return ops.pad(x, [(0, size - own) for own, size in zip(x.shape, other.shape)])


def where_rows(mask, x, other):
    """Rows of x [B, ...] where the mask, bool [B], is True, else rows of the other."""
    return ops.where(ops.reshape(mask, (-1,) + (1,) * (len(other.shape) - 1)), x, other)
