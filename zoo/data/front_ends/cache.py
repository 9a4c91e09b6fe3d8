"""Frames on disk, computed once per file and settings. The folder is cut back to its limit while
files are read.

A file's frames are known by the SHA-256 of its content, so that a moved file is not read again and
a changed one is. Whatever is in the folder may be deleted at any time.
"""

import contextlib
import functools
import os
import warnings

import numpy as np
from tqdm import tqdm

from zoo.data.frame_list import FrameList
from zoo.data.readers.oddities import DataWarning
from zoo.errors import ZooError
from zoo.files import atomic, checksum, own_folder

CACHE_VARIABLE = "ZOO_CACHE"  # names the folder of files that the zoo makes
MOST = 8 * 2**30  # bytes of all frames


class CachedFrames(FrameList):
    """The frames of files, in memory one at a time.

    All are computed at once, so that a broken file is named before a training begins. Frames that
    have left the folder since are computed again.

    Args:
        front_end: `FrontEnd`.
        paths: of the files.

    Raises:
        ZooError: a file cannot be read, or the folder cannot be written to.
    """

    def __init__(self, front_end, paths):
        self._front_end = front_end
        folder = own_folder(CACHE_VARIABLE) / "frames" / front_end.digest
        self._places, self._added = [], 0
        lengths = []
        # On a terminal alone, and only where it takes seconds.
        for path in tqdm(paths, "reading files", disable=None, leave=False, delay=2):
            digest = content_digest(path)
            place = folder / digest[:2] / f"{digest}.npy"
            self._places.append((place, path))
            length = stored_length(place, front_end.features)
            lengths.append(len(self._computed(place, path)) if length is None else length)
        self.lengths = np.array(lengths, "int64")
        self._prune()

    def take(self, indices):
        taken = super().take(indices)
        taken._places = [self._places[i] for i in np.arange(len(self))[indices]]
        return taken

    def read(self, index):
        place, path = self._places[index]
        try:
            frames = np.load(place, allow_pickle=False)
            if frames.shape == (self.lengths[index], self._front_end.features):
                return frames
        except (OSError, ValueError, EOFError):  # it was pruned, or never written whole
            pass
        try:
            same = content_digest(path) == place.stem
        except OSError:  # it is gone
            same = False
        if not same:  # the cache must not have its frames under the name of the old content
            raise ZooError(f"{path} changed while it was in use; start again")
        return self._computed(place, path)

    def _computed(self, place, path):
        """Computes the frames of a file, and keeps them."""
        frames = self._front_end.compute(path)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with atomic(place) as temporary, open(temporary, "wb") as file:
                np.save(file, frames, allow_pickle=False)
        except OSError as error:
            raise ZooError(
                f"cannot keep frames in {place.parent} ({error.strerror or error}); set ZOO_CACHE "
                "to a folder with room"
            ) from error
        self._added += frames.nbytes
        if self._added > MOST // 8:
            self._prune()
        return frames

    def _prune(self):
        """Cuts the folder back if frames were added since."""
        if self._added:
            prune(own_folder(CACHE_VARIABLE) / "frames", MOST)
            self._added = 0


def stored_length(place, features):
    """How many frames the cache has of a file, or None if it has none that can be used."""
    try:
        frames = np.load(place, mmap_mode="r", allow_pickle=False)
        os.utime(place)  # the frames that were not used for the longest time are pruned first
    except (OSError, ValueError, EOFError):
        return None
    fits = frames.ndim == 2 and frames.shape[1] == features and frames.dtype == np.float32
    return len(frames) if fits else None


def prune(folder, most):
    """Removes the frames that were not used for the longest time, until `most` bytes are left."""
    found = []
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            with contextlib.suppress(OSError):  # another process prunes, too
                state = os.stat(path)
                found.append((state.st_mtime_ns, state.st_size, path))
    total = sum(size for _, size, _ in found)
    if total > most:
        warnings.warn(
            f"{folder} has reached its {most:,} bytes: the oldest frames are removed",
            DataWarning,
            stacklevel=2,
        )
    for _, size, path in sorted(found):
        if total <= most:
            return
        with contextlib.suppress(OSError):
            os.unlink(path)
        total -= size


def content_digest(path):
    """The SHA-256 of a file, computed again only if the file has changed."""
    state = os.stat(path)
    return digest_of(str(path), state.st_size, state.st_mtime_ns)


@functools.lru_cache(maxsize=200_000)
def digest_of(path, size, changed):
    """The SHA-256 of a file of a size that changed at a time."""
    return checksum(path)
