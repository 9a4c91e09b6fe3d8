"""Sources that an encoder shortens: several places become one, which attention falls on.

B batch, T queries, S places of the source, R = ceil(S / rate) places that are left. A memory keeps
the mask of the source, so that attention can be reported per source position.
"""

from keras import ops


def short_length(length, rate):
    """R of S places."""
    return -(-length // rate)


def short_mask(mask, rate):
    """bool [B, S] -> bool [B, R]: a place is real if the first of its group is."""
    return mask[:, ::rate]


def short_memory(memory, rate):
    """A `Memory` with the mask of its R states. A search may have padded them, like its mask."""
    mask = short_mask(memory.mask, rate)
    return memory._replace(states=memory.states[:, : ops.shape(mask)[1]], mask=mask)


def shares(mask, rate):
    """What each place of the source gets of its group's attention: float32 [B, S].

    The real places of a group get equal shares, and padding gets none.
    """
    batch, length = ops.shape(mask)
    real = ops.cast(mask, "float32")
    groups = ops.pad(real, ((0, 0), (0, -length % rate)))
    groups = ops.reshape(groups, (batch, short_length(length, rate), rate))
    count = ops.maximum(ops.sum(groups, -1, keepdims=True), 1.0)
    return ops.reshape(groups / count, (batch, -1))[:, :length]


def over_source(attention, shares, rate):
    """Attention [B, T, R] -> float32 [B, T, S], by `shares` of the source."""
    length = ops.shape(shares)[1]
    attention = ops.cast(attention, "float32")
    return ops.repeat(attention, rate, axis=-1)[..., :length] * shares[:, None]
