"""Examples on disk, so that millions of them fit."""

import collections.abc

import numpy as np

from zoo.data.packed import Packed
from zoo.data.task import Example


class StoredPairs(collections.abc.Sequence):
    """A sequence of `Example` with one reference each, read from disk one by one.

    Args:
        pairs: iterable of (source, target), str. It is read once.

    Example:
        >>> StoredPairs([("a", "b"), ("c", "d")])[1]
        Example(source='c', references=('d',), group='')
    """

    def __init__(self, pairs):
        self._texts = Packed((text.encode() for pair in pairs for text in pair), "uint8")

    def __len__(self):
        return len(self._texts) // 2

    def __getitem__(self, index):
        if isinstance(index, slice):
            return self.take(range(*index.indices(len(self))))
        if not -len(self) <= index < len(self):
            raise IndexError(f"pair {index} of {len(self)}")
        index %= len(self)
        source, target = (self._texts[2 * index + side].tobytes().decode() for side in (0, 1))
        return Example(source, (target,))

    def take(self, indices):
        """The pairs at int `[n]` indices, as `StoredPairs` that share the file."""
        taken = object.__new__(StoredPairs)
        indices = np.asarray(indices, "int64")
        taken._texts = self._texts.take((2 * indices[:, None] + [0, 1]).ravel())
        return taken
