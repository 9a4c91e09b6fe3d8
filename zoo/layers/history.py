"""Keys and values of a decoder's earlier steps, which a search never moves.

A beam search goes on, at every step, from some of the hypotheses that it has just extended. To copy the keys and values of each
to a new place costs more than to attend to them. Here a record stays where it was written, and a table tells who wrote the past
of each hypothesis: attention looks at the records of all K hypotheses of a source, and those of others are masked.

B sources, K hypotheses each, L slots, H heads, E units a head. The slots are a ring: each step writes the next one, in all
sources at once, wherever each of them began. L is the most steps of a source, so that no record is lost that is still needed.
"""

from typing import Any, NamedTuple

from keras import ops

from zoo.layers.attention import MASKED, KeysValues

NOBODY = -1


class History(NamedTuple):
    """Records of earlier steps.

    Attributes:
        records: tuple of `KeysValues` of L K, one a layer; hypothesis k wrote in slot l at l K + k.
        writers: int32 [B, K, L], which hypothesis wrote slot l of the past of each; -1 where that slot is not of its past.
        slot: int32 scalar, what the next step writes.
    """

    records: Any
    writers: Any
    slot: Any

    @classmethod
    def begin(cls, records):
        """Before the first step of one hypothesis a source; the records are zeros, as many as there are slots."""
        batch, _, length, _ = ops.shape(records[0].values)
        return cls(
            records,
            ops.full((batch, 1, length), NOBODY, dtype="int32"),
            ops.convert_to_tensor(0, "int32"),
        )

    # What a layer asks ------------------------------------------------------------------------------------------------

    def opened(self):
        """The same with the step that begins in everyone's past, each having written its own."""
        count, length = ops.shape(self.writers)[1:]
        now = ops.equal(ops.arange(length), self.slot)
        return self._replace(writers=ops.where(now, ops.arange(count)[:, None], self.writers))

    def place(self):
        """Where in the records this step's K begin."""
        return self.slot * ops.shape(self.writers)[1]

    def ages(self):
        """How many steps ago each slot was written last: int [L], 0 for the step that is open."""
        length = ops.shape(self.writers)[2]
        return ops.mod(self.slot - ops.arange(length), length)

    def bias(self, of_slots=None):
        """What to add to scores: float32 [B, 1 or H, K, L K], very negative at what is not of a hypothesis' past.

        Args:
            of_slots: float [1, H, 1, L], added to the scores of a slot's records.
        """
        batch, count, length = ops.shape(self.writers)
        own = ops.equal(self.writers[..., None], ops.arange(count))  # [B, K, L, K]
        bias = ops.reshape(ops.where(own, 0.0, MASKED), (batch, 1, count, length * count))
        return bias if of_slots is None else bias + ops.repeat(of_slots, count, axis=-1)

    def closed(self, records):
        """After a step that left these records."""
        return History(records, self.writers, ops.mod(self.slot + 1, ops.shape(self.writers)[2]))

    # What a search does -----------------------------------------------------------------------------------------------

    def resized(self, sources, count, length):
        """An empty one for so many sources with `count` hypotheses each, and L slots."""

        def empty(record):
            _, heads, _, units = record.values.shape
            return KeysValues.empty(sources, heads, length * count, units, record.values.dtype)

        writers = ops.full((sources, count, length), NOBODY, dtype="int32")
        return History(tuple(empty(record) for record in self.records), writers, self.slot)

    def refitted(self, other):
        """The last steps in the slots of another, which has more of them, or fewer but enough."""
        (count, length), (count, new) = self.writers.shape[1:], other.writers.shape[1:]
        kept, slot = min(length, new), int(self.slot)

        def moved(x, axis, width, fill):
            """The slots from the oldest one on."""
            x = ops.roll(x, -slot * width, axis)
            x = ops.split(x, [(length - kept) * width], axis)[1]
            missing = [(0, (new - kept) * width if i == axis else 0) for i in range(len(x.shape))]
            return ops.pad(x, missing, constant_values=fill)

        records = tuple(
            KeysValues(moved(r.keys, 3, count, 0), moved(r.values, 2, count, 0))
            for r in self.records
        )
        return History(
            records, moved(self.writers, 2, 1, NOBODY), ops.full_like(self.slot, kept % new)
        )

    def followed(self, rows):
        """Each hypothesis goes on from the one in `rows`, int [B K], of the same source."""
        flat = ops.reshape(self.writers, (-1, self.writers.shape[2]))
        return self._replace(
            writers=ops.reshape(ops.take(flat, rows, axis=0), ops.shape(self.writers))
        )

    def restarted(self, new):
        """Without a past for the sources in `new`, bool [B]."""
        return self._replace(writers=ops.where(new[:, None, None], NOBODY, self.writers))
