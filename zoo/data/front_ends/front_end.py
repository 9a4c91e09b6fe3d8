"""The base class of front ends, which read the file that a source names as frames."""

import copy
import hashlib
import json
import pathlib

import numpy as np

from zoo.data.front_ends.cache import CACHE_VARIABLE, CachedFrames
from zoo.errors import ZooError
from zoo.files import expanded, own_folder


class FrontEnd:
    """Reads files as frames, where a tokenizer reads texts as ids.

    A source is the path of a file: absolute, or relative to `folder`, to the working directory, or
    to the cache folder, where tasks keep the files that they make.

    A subclass defines `suffixes`, `FIELDS`, `features`, `settings`, `compute` and `length`.

    Attributes:
        suffixes: endings of the files that it reads.
        FIELDS: types of its settings, which are the constructor's arguments.
        features: int, F, numbers per frame.
        VERSION: int. Raise it when the same settings give other frames; cached ones are then
            ignored.
        folder: where relative paths begin, or None. It is not part of the configuration.
    """

    suffixes: tuple[str, ...] = ()
    FIELDS: dict = {}
    VERSION = 1
    features: int

    def __init__(self):
        self.folder = None

    def settings(self):
        """The constructor's arguments, as JSON types."""
        raise NotImplementedError(f"{type(self).__name__} must define settings")

    def compute(self, path):
        """float32 [S, F] of a file. Raises `ZooError` with the path if it cannot be read."""
        raise NotImplementedError(f"{type(self).__name__} must define compute")

    def length(self, source):
        """int, the number of frames of a source, without computing them."""
        raise NotImplementedError(f"{type(self).__name__} must define length")

    def labels(self, count):
        """What the first `count` frames are called beside an attention map: list of str."""
        return [str(i) for i in range(count)]

    def picture(self, frames):
        """Frames [S, F] as a picture [height, width], left to right, for above an attention map."""
        return frames.T

    def wave(self, source):
        """The samples of a recording, float [N], for above an attention map; None for others."""
        return None

    def path(self, source):
        """The file of a source. Raises `ZooError` if there is none, or it is of another kind."""
        found = file_of(source, self.folder)
        if found is None:
            raise ZooError(f"there is no file {source}; every source must be the path of a file")
        if found.suffix.lower() not in self.suffixes:
            endings = ", ".join(self.suffixes)
            raise ZooError(f"{source} is not a file that ends in {endings}")
        return found

    def encode(self, source):
        """float32 [S, F] of a source."""
        return self.compute(self.path(source))

    def encode_batch(self, sources):
        """The frames of each source, computed once and kept in the cache: `CachedFrames`."""
        return CachedFrames(self, [self.path(source) for source in sources])

    def unknown(self, source):
        """An empty list: frames have no vocabulary."""
        return []

    def inside(self, folder):
        """The same front end, for paths that begin in a folder."""
        found = copy.copy(self)
        found.folder = None if folder is None else pathlib.Path(folder)
        return found

    def get_config(self):
        """What `from_config` needs, as a dict of JSON types."""
        return {"class_name": type(self).__name__} | self.settings()

    @classmethod
    def from_config(cls, config):
        """The front end that returned `config` from `get_config`."""
        return cls(**{key: value for key, value in config.items() if key != "class_name"})

    @property
    def digest(self):
        """str, tells the frames of these settings from those of others."""
        text = json.dumps(self.get_config() | {"version": self.VERSION}, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def check_frames(frames, path, features=None):
    """Converts frames to float32 [S, F].

    Raises:
        ZooError: they have another shape, or are not numbers, or not finite in that type.
    """
    check_shape(frames, path, features)
    with np.errstate(over="ignore"):
        frames = np.asarray(frames, "float32")
    if not np.isfinite(frames).all():
        raise ZooError(
            f"{path} has frames with NaN or infinite numbers, or some that are too large for "
            "float32"
        )
    return frames


def check_shape(frames, path, features=None):
    """Raises `ZooError` unless an array is numbers [S, F], with F = `features` if that is given."""
    shape = np.shape(frames)
    if len(shape) != 2 or not shape[0] or features not in (None, shape[1]):
        expected = f"[S, {features or 'F'}]"
        raise ZooError(f"{path} must hold frames {expected}, got shape {list(shape)}")
    if frames.dtype.kind not in "fiu":
        raise ZooError(f"{path} must hold numbers, got {frames.dtype}")


def file_of(source, folder):
    """The file that a source names, below a folder, here, or in the cache; None without one."""
    given = expanded(source)
    places = [pathlib.Path(), own_folder(CACHE_VARIABLE)]
    for place in [folder, *places] if folder else places:
        if (place / given).is_file():
            return place / given
    return None
