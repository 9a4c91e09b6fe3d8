"""Sources that are frames, one after the other, as `Packed` holds sources that are ids."""

import collections.abc
import copy

import numpy as np

from zoo.data.packed import Packed
from zoo.frames import Frames, pad_frames


class FrameList(collections.abc.Sequence):
    """A read-only sequence of float32 arrays [S, F].

    Args:
        arrays: sequence of arrays [S, F], of one F. A subclass may read them from elsewhere.

    Attributes:
        lengths: int64 [N], frames of each.
    """

    def __init__(self, arrays):
        self._arrays = [np.asarray(x, "float32") for x in arrays]
        self.lengths = np.array([len(x) for x in self._arrays], "int64")

    def read(self, index):
        """float32 [S, F] of an index from 0."""
        return self._arrays[index]

    def __len__(self):
        return len(self.lengths)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return self.take(index)
        if not -len(self) <= index < len(self):
            raise IndexError(f"source {index} of {len(self)}")
        return self.read(index % len(self))

    def take(self, indices):
        """The arrays at a slice or at int [n] indices."""
        taken = copy.copy(self)
        taken.lengths = self.lengths[indices]
        if "_arrays" in vars(self):
            taken._arrays = [self._arrays[i] for i in np.arange(len(self))[indices]]
        return taken

    def padded(self, indices, length) -> Frames:
        """The arrays at int [n] indices as `Frames` of NumPy arrays with S = `length`."""
        return pad_frames([self[int(i)] for i in indices], len(indices), length)


def as_stored(sources):
    """Sources as `Packed` ids, or as a `FrameList` if they are frames."""
    if isinstance(sources, (Packed, FrameList)):
        return sources
    frames = bool(len(sources)) and np.ndim(sources[0]) == 2
    return FrameList(sources) if frames else Packed(sources)
