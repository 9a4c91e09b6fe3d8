"""Sources that are not text: frames of numbers, such as those of a recording, with their mask."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from zoo.errors import ZooError, check_positive


class Frames(NamedTuple):
    """A batch of sources of B rows, S frames and F numbers per frame.

    Attributes:
        values: float [B, S, F].
        mask: bool [B, S], True at real frames, which come first. It is given, never guessed from
            the values.
    """

    values: Any
    mask: Any

    @property
    def shape(self) -> Any:
        """The shape [B, S] that ids of this batch would have."""
        return self.mask.shape


def map_source(function: Callable[[Any], Any], source: Any) -> Any:
    """Applies `function` to ids [B, S], or to the values and to the mask of `Frames`."""
    if isinstance(source, Frames):
        return Frames(*map(function, source))
    return function(source)


def source_like(make: Callable[..., Any], shape: Sequence[int | None], features: int | None) -> Any:
    """A source whose parts are `make(shape, dtype)`.

    Args:
        make: function, such as `tf.TensorSpec`.
        shape: [B, S], either of which may be None.
        features: int, F, for frames; None for ids.
    """
    if features is None:
        return make(tuple(shape), "int32")
    return Frames(make((*shape, features), "float32"), make(tuple(shape), "bool"))


def check_source(vocabulary: int | None, features: int | None) -> None:
    """Raises `ZooError` unless one of ids and numbers per frame is given, a number above 0."""
    if (vocabulary is None) == (features is None):
        raise ZooError(
            "a source is ids or frames: give one of source_vocabulary and source_features, "
            f"got {vocabulary} and {features}"
        )
    if features is None:
        check_positive(source_vocabulary=vocabulary)
    else:
        check_positive(source_features=features)


def pad_frames(sequences: Sequence[np.ndarray], rows: int, length: int) -> Frames:
    """One batch of sequences of frames.

    Args:
        sequences: at most `rows` arrays, float [S, F] with S up to `length`.
        rows: int, B. A row without a sequence has one frame of zeros, since no source may be empty.
        length: int, the padded length.

    Returns:
        `Frames` of NumPy arrays, float32 and bool.
    """
    values = np.zeros((rows, length, sequences[0].shape[1]), "float32")
    lengths = np.ones(rows, int)
    for row, frames in enumerate(sequences):
        values[row, : len(frames)] = frames
        lengths[row] = len(frames)
    return Frames(values, np.arange(length) < lengths[:, None])
