"""Encodes the examples of own data that are short enough, and counts those that are left out."""

import contextlib
import itertools

from zoo.data.packed import CHUNK, Packed
from zoo.errors import ZooError

FRAMES_PER_TOKEN = 8  # frames that a source may have per token that `longest` allows


class BrokenSource(ZooError):
    """A source whose file is missing or cannot be read.

    Attributes:
        source: str, as the data name it.
    """

    def __init__(self, message, source):
        super().__init__(message)
        self.source = source


def fitting_texts(examples, source, target, longest, oddities):
    """Encodes examples, and leaves out those with more than `longest` tokens on a side.

    Returns:
        Indices of the examples that are kept, and two `Packed` of their ids: sources and longest
        references.
    """
    kept = []
    numbered = iter(enumerate(examples))

    def ids():
        while chunk := list(itertools.islice(numbered, CHUNK)):
            sources = source.encode_batch([x.source for _, x in chunk])
            references = iter(
                target.encode_batch([text for _, x in chunk for text in x.references])
            )
            for (index, x), mine in zip(chunk, sources):
                theirs = max((next(references) for _ in x.references), key=len)
                if max(len(mine), len(theirs)) <= longest:
                    kept.append(index)
                    yield from (mine, theirs)
                else:
                    oddities.add(
                        f"examples left out, as a side has more than {longest} tokens",
                        f"source {x.source[:40]!r}",
                    )

    packed = Packed(ids())  # fills `kept`, too
    return kept, packed[0::2], packed[1::2]


def fitting_frames(examples, source, target, longest, oddities):
    """Encodes examples, and leaves out those that are too long.

    Args:
        examples: sequence of `Example`.
        source: the front end.
        target: the target tokenizer.
        longest: int, the most tokens of a target; sources may have `FRAMES_PER_TOKEN` as many
            frames. The frames of a longer source are not computed.
        oddities: `Oddities`.

    Returns:
        Indices of the examples that are kept, their frames as a `FrameList`, and the ids of their
        longest references as `Packed`.

    Raises:
        BrokenSource: a source's file is missing or cannot be read.
    """
    kept, files, ids = [], [], []
    for index, x in enumerate(examples):
        longer = max(target.encode_batch(x.references), key=len)
        with naming(x.source):
            length = source.length(x.source)
        if len(longer) > longest or length > FRAMES_PER_TOKEN * longest:
            oddities.add(
                f"examples left out, as a target has more than {longest} tokens or a source more "
                f"than {FRAMES_PER_TOKEN * longest} frames",
                f"source {x.source[:40]!r}",
            )
        else:
            kept.append(index)
            files.append(x.source)
            ids.append(longer)
    try:
        return kept, source.encode_batch(files), Packed(ids)
    except (ZooError, OSError):
        for file in files:  # which one it was; those before it are in the cache
            check_source(source, file)
        raise


def check_source(front_end, source):
    """Raises `BrokenSource` if the frames of a source cannot be computed."""
    with naming(source):
        front_end.encode_batch([source])


@contextlib.contextmanager
def naming(source):
    """Raises `BrokenSource` in place of an error of a source's file."""
    try:
        yield
    except ZooError as error:
        raise BrokenSource(str(error), source) from error
    except OSError as error:  # it may not be read, or its name is too long
        raise BrokenSource(f"{source} cannot be read: {error.strerror or error}", source) from error
