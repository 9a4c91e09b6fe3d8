"""Fits own data to tokenizers, chosen ones or those of a checkpoint.

Examples that are short enough are encoded; those that are left out are counted.
"""

import contextlib
import contextvars
import itertools

from zoo.data.packed import CHUNK, Packed
from zoo.data.task import same_kind
from zoo.data.tokenizers import SymbolTokenizer
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


_given = contextvars.ContextVar("tokenizers", default=None)  # of the block of `fitted_to`


@contextlib.contextmanager
def fitted_to(source, target):
    """Own data that are loaded inside the `with` block are read with a checkpoint's tokenizers.

    Lengths are counted, and metrics chosen, for these tokenizers; none is learnt.

    Args:
        source: a tokenizer, or a front end.
        target: a tokenizer.
    """
    token = _given.set((source, target))
    try:
        yield
    finally:
        _given.reset(token)


def given_tokenizers(front_end):
    """The tokenizers of the block of `fitted_to`, or None outside such a block.

    Args:
        front_end: what reads the sources of the data, or None for texts. A given front end reads
            the files in the same folder.

    Raises:
        ZooError: the given source tokenizer reads texts and the data have files, or the reverse.
    """
    if _given.get() is None:
        return None
    source, target = _given.get()
    return same_kind(source, front_end, "files"), target


def check_kept(kept, splits, longest, name):
    """Raises `ZooError` if a split of own data has no example that is short enough.

    Args:
        kept: dict of split to the indices of its examples that are kept.
        splits: dict of split to its examples.
        longest: int, the most tokens of a side.
        name: str, what the message calls the data.
    """
    for split, indices in kept.items():
        if not len(splits[split]):
            raise ZooError(
                f"{name}: the split {split} has no pair; give more pairs, or a folder that holds "
                "train.tsv, validation.tsv and test.tsv"
            )
        if not indices:
            raise ZooError(
                f"{name}: every pair of the split {split} has a side of more than {longest} tokens "
                f"(frames: {FRAMES_PER_TOKEN} times as many); allow more with "
                "--task-option longest=N"
            )


def fitting_metrics(tokenizer, targets, frames=False):
    """The metrics that suit the texts for which a target tokenizer was chosen, read from frames.

    BLEU counts four words in a row, so that it is 0 for any output where texts have fewer, as
    Chinese and Japanese have, which are written without blanks.
    """
    if frames:
        return "cer", "wer", "perplexity"
    if not isinstance(tokenizer, SymbolTokenizer):
        long = sum(len(text.split()) >= 4 for text in targets)
        first = ("bleu", "chrf") if 2 * long >= len(targets) else ("chrf", "exact_match")
        return *first, "perplexity"
    if tokenizer.separator:
        return "token_error_rate", "exact_match", "perplexity"
    return "exact_match", "chrf", "perplexity"
