"""Arrays of different lengths, end to end in a temporary file, so that millions fit in memory."""

import collections.abc
import copy
import itertools
import tempfile

import numpy as np

CHUNK = 10_000  # arrays to write at once


class Packed(collections.abc.Sequence):
    """A read-only sequence of one-dimensional arrays, in a file that goes away with the object.

    Memory holds the place of each array. Slices and `take` share the file.

    Args:
        arrays: iterable of sequences of numbers, or of `bytes` if `dtype` is uint8. It is read
            once.
        dtype: type of the numbers.

    Attributes:
        lengths: int64 `[N]`, the length of each array.

    Raises:
        OSError: no room for the file, which is where Python's `tempfile` puts it (TMPDIR).

    Example:
        >>> Packed([[5, 6], [7]]).padded([1, 0], length=3).tolist()
        [[7, 0, 0], [5, 6, 0]]
    """

    def __init__(self, arrays, dtype="int32"):
        self.dtype = np.dtype(dtype)
        arrays = iter(arrays)
        lengths = [np.zeros(0, "int64")]
        with tempfile.TemporaryFile() as file:
            try:
                while chunk := list(itertools.islice(arrays, CHUNK)):
                    lengths.append(np.array([len(x) for x in chunk], "int64"))
                    file.write(
                        b"".join(
                            x if isinstance(x, bytes) else np.asarray(x, self.dtype).tobytes()
                            for x in chunk
                        )
                    )
                file.flush()
            except OSError as error:
                error.filename = tempfile.gettempdir()
                raise
            self.lengths = np.concatenate(lengths)
            ends = np.cumsum(self.lengths)
            self._starts = ends - self.lengths
            total = int(ends[-1]) if len(ends) else 0
            self._flat = (
                np.memmap(file, self.dtype, "r", shape=(total,))
                if total
                else np.zeros(0, self.dtype)
            )

    def __len__(self):
        return len(self.lengths)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return self.take(index)
        start = self._starts[index]
        return self._flat[start : start + self.lengths[index]]

    def take(self, indices):
        """The arrays at a slice or at int `[n]` indices, as a `Packed` that shares the file."""
        taken = copy.copy(self)
        taken.lengths = self.lengths[indices]
        taken._starts = self._starts[indices]
        return taken

    def padded(self, indices, length):
        """The arrays at `indices` `[n]`, zero-padded on the right to `length`: `[n, length]`.

        No array may be longer than `length`.
        """
        indices = np.asarray(indices, "int64")
        places = np.arange(length)
        real = places < self.lengths[indices][:, None]  # [n, length]
        rows = np.zeros(real.shape, self.dtype)
        rows[real] = self._flat[(self._starts[indices][:, None] + places)[real]]
        return rows
