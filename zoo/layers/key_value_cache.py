"""Keys and values of a decoder's earlier steps, which a search never moves.

At every step a beam search goes on from some of the hypotheses that it has just extended. Copying
the keys and values of each to a new place costs more than attending to them. So an entry stays
where it was written, and a table says to whose past each entry belongs: attention reads the entries
of all K hypotheses of a source and masks those of others.

B sources, K hypotheses each, L slots, H heads, E units per head. The slots are a ring: each step
writes the next slot, in all sources at once, wherever each source began. L is the most steps of a
source, so no entry is overwritten while it is needed.
"""

from typing import Any, NamedTuple

from keras import ops

from zoo.layers.attention import MASKED, KeysValues
from zoo.layers.gather import gather
from zoo.layers.portable import write_part

NOBODY = -1


class KeyValueCache(NamedTuple):
    """A cache of L slots.

    Attributes:
        entries: tuple of `KeysValues` with L K positions, one per layer. Hypothesis k writes slot
            l at position l K + k.
        writers: int32 [B, K, L], which hypothesis wrote slot l of each hypothesis' past; `NOBODY`
            where the slot is not of its past.
        slot: int32 scalar, the slot that the next step writes.
    """

    entries: Any
    writers: Any
    slot: Any

    @classmethod
    def begin(cls, entries):
        """The cache before the first step of one hypothesis per source; `entries` are zeros."""
        batch, _, length, _ = ops.shape(entries[0].values)
        writers = ops.full((batch, 1, length), NOBODY, dtype="int32")
        return cls(entries, writers, ops.convert_to_tensor(0, "int32"))

    # What a stack of layers does during a step ----------------------------------------------------

    def opened(self):
        """The cache with the current step in everyone's past, written by each itself."""
        count, length = ops.shape(self.writers)[1:]
        now = ops.equal(ops.arange(length), self.slot)
        return self._replace(writers=ops.where(now, ops.arange(count)[:, None], self.writers))

    def ages(self):
        """int [L], how many steps ago each slot was written; 0 for the current step."""
        length = ops.shape(self.writers)[2]
        return ops.mod(self.slot - ops.arange(length), length)

    def bias(self, slot_bias=None):
        """What to add to attention scores, so that each hypothesis sees its own past alone.

        Args:
            slot_bias: float [1, H, 1, L], added to the scores of each slot; None adds nothing.

        Returns:
            float32 [B, 1 or H, K, L K], very negative at entries outside of the past.
        """
        batch, count, length = ops.shape(self.writers)
        own = ops.equal(self.writers[..., None], ops.arange(count))  # [B, K, L, K]
        bias = ops.reshape(ops.where(own, 0.0, MASKED), (batch, 1, count, length * count))
        return bias if slot_bias is None else bias + ops.repeat(slot_bias, count, axis=-1)

    def written(self, layer, new):
        """The entries of a layer with `new` `KeysValues` of K positions in the current slot."""
        old, place = self.entries[layer], self.slot * ops.shape(self.writers)[1]
        keys = write_part(old.keys, new.keys, place, axis=3)
        return KeysValues(keys, write_part(old.values, new.values, place, axis=2))

    def closed(self, entries):
        """The cache after a step that left `entries`."""
        slot = ops.mod(self.slot + 1, ops.shape(self.writers)[2])
        return KeyValueCache(entries, self.writers, slot)

    # What a search does between steps -------------------------------------------------------------

    def emptied(self, sources, count, length):
        """An empty cache for `sources` sources with `count` hypotheses each, and `length` slots."""

        def empty(entry):
            _, heads, _, units = entry.values.shape
            return KeysValues.empty(sources, heads, length * count, units, entry.values.dtype)

        writers = ops.full((sources, count, length), NOBODY, dtype="int32")
        return KeyValueCache(tuple(empty(entry) for entry in self.entries), writers, self.slot)

    def resized(self, other):
        """Moves the last steps to as many slots as `other` has: more, or fewer but enough."""
        count, length = self.writers.shape[1:]
        new = other.writers.shape[2]
        kept, slot = min(length, new), int(self.slot)

        def moved(x, axis, width, fill):
            """Rotates the oldest slot to the front, and crops or pads the axis."""
            x = ops.roll(x, -slot * width, axis)
            x = ops.split(x, [(length - kept) * width], axis)[1]
            missing = [(0, (new - kept) * width if i == axis else 0) for i in range(len(x.shape))]
            return ops.pad(x, missing, constant_values=fill)

        entries = tuple(
            KeysValues(moved(e.keys, 3, count, 0), moved(e.values, 2, count, 0))
            for e in self.entries
        )
        writers = moved(self.writers, 2, 1, NOBODY)
        return KeyValueCache(entries, writers, ops.full_like(self.slot, kept % new))

    def reordered(self, parents):
        """Each hypothesis goes on from the one of its source in `parents`, int [B, K]."""
        return self._replace(writers=gather(self.writers, parents))

    def restarted(self, new):
        """Without a past for the sources in `new`, bool [B]."""
        return self._replace(writers=ops.where(new[:, None, None], NOBODY, self.writers))
