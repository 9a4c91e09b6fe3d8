"""Chooses a front end for a user's manifest, whose sources are paths of files."""

import collections
import pathlib

from zoo.data.fitting import BrokenSource, naming
from zoo.data.front_ends.arrays import ArrayFrames, read_array
from zoo.data.front_ends.front_end import check_frames
from zoo.data.front_ends.log_mel import LogMel
from zoo.data.front_ends.pictures import PixelColumns
from zoo.errors import ZooError

FRONT_ENDS = {"recording": LogMel, "picture": PixelColumns, "array": ArrayFrames}


def choose_front_end(sources, kind, folder):
    """The front end that reads what sources name, or None if they are texts.

    Args:
        sources: list of str.
        kind: a name of `FRONT_ENDS`; or None, which goes by the endings of the sources.
        folder: where relative paths begin.

    Raises:
        ZooError: sources mix texts with files of several kinds.
        BrokenSource: most sources are files of one kind, but not all; or the first array cannot be
            read.
    """
    if kind is None:
        kinds = collections.Counter(map(kind_of, sources))
        kind, count = kinds.most_common(1)[0]
        if count < len(sources) and kinds[None] < len(sources) / 2:
            if kind is None:
                raise ZooError(
                    "sources mix texts with files of several kinds; give files of one kind"
                )
            other = next(source for source in sources if kind_of(source) != kind)
            article = "an" if kind == "array" else "a"
            raise BrokenSource(
                f"most sources name {article} {kind}, and {other[:40]!r} does not; give files of "
                "one kind",
                other,
            )
    if kind not in FRONT_ENDS:
        return None
    if kind != "array":
        return FRONT_ENDS[kind]().inside(folder)
    with naming(sources[0]):
        first = ArrayFrames(1).inside(folder).path(sources[0])
        return ArrayFrames(check_frames(read_array(first), first).shape[1]).inside(folder)


def kind_of(source):
    """The name in `FRONT_ENDS` of what reads a file of this ending, or None."""
    ending = pathlib.PurePath(source).suffix.lower()
    return next((kind for kind, own in FRONT_ENDS.items() if ending in own.suffixes), None)
