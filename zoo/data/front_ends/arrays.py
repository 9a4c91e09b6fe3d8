"""Frames that are ready: .npy files of float [S, F], from any front end of a user's own."""

import zipfile

import numpy as np

from zoo.data.front_ends.front_end import FrontEnd, check_frames, check_shape
from zoo.errors import ZooError, check_positive, first_line


class ArrayFrames(FrontEnd):
    """The frames in .npy files, as they are.

    Args:
        features: int, F, numbers per frame. A file of another width is refused.
    """

    suffixes = (".npy",)
    FIELDS = {"features": int}

    def __init__(self, features):
        super().__init__()
        check_positive(features=features)
        self.features = features

    def settings(self):
        return {"features": self.features}

    def length(self, source):
        frames = read_array(self.path(source), "r")  # of which nothing but the header is read
        check_shape(frames, source, self.features)
        return len(frames)

    def compute(self, path):
        return check_frames(read_array(path), path, self.features)


def read_array(path, mapped=None):
    """The array of a .npy file, which never executes anything. Raises `ZooError` for another.

    `mapped` is "r" for an array that stays on disk, or None.
    """
    try:
        return np.load(path, mmap_mode=mapped, allow_pickle=False)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise ZooError(f"{path} is not a .npy file of numbers ({first_line(error)})") from error
