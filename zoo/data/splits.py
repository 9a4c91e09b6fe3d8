"""Splits by the hash of a text, so that adding data moves no text to another split."""

import hashlib

from zoo.data.task import Example

TWENTIETHS = {0: "test", 1: "validation"}  # 5 % each; the others train


def split_of(text):
    """The split of a text: "test", "validation" or "train"."""
    return TWENTIETHS.get(twentieth(text), "train")


def validates(text):
    """Whether a text of a train split should validate, if the data have only a test split."""
    return twentieth(text) == 1


def with_validation(seen, tested):
    """The splits of data without a validation split, which is cut from the examples `seen`."""
    return {
        "train": [x for x in seen if not validates(x.source)],
        "validation": [x for x in seen if validates(x.source)],
        "test": tested,
    }


def twentieth(text):
    """A number from 0 to 19, from the SHA-256 of a text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big") % 20


def hash_order(texts):
    """The texts in the order of their hashes, of which the first ones are a fair sample."""
    return sorted(texts, key=lambda text: (hashlib.sha256(text.encode()).digest(), text))


def grouped(pairs, key=str):
    """Groups pairs (source, target) by source.

    Args:
        pairs: iterable of pairs of str.
        key: function of a source; sources with the same key are one, and the first stands for all.

    Returns:
        List of `Example`, one per source in the order of its first pair, with its distinct targets.
    """
    references = {}
    for source, target in pairs:
        references.setdefault(key(source), (source, {}))[1][target] = None
    return [Example(source, tuple(targets)) for source, targets in references.values()]
