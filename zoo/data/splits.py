"""Who trains, who validates and who tests: decided by a text's hash, so that other data move no text to another split."""

import hashlib

from zoo.data.task import Example

TWENTIETHS = {0: "test", 1: "validation"}  # 5 % each; every other one trains


def split_of(text):
    """The split of a text by its SHA-256, modulo 20: 0 tests, 1 validates, the others train."""
    return TWENTIETHS.get(twentieth(text), "train")


def validates(text):
    """Whether a text belongs to the 5 % of a train split that validate, where there is a test split already."""
    return twentieth(text) == 1


def with_validation(seen, tested):
    """The splits of data that come without one to validate on: of the examples `seen`, those whose source `validates`."""
    return {
        "train": [x for x in seen if not validates(x.source)],
        "validation": [x for x in seen if validates(x.source)],
        "test": tested,
    }


def twentieth(text):
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big") % 20


def hash_order(texts):
    """The texts in the order of their hashes: the first ones are a fair sample, however the texts were sorted."""
    return sorted(texts, key=lambda text: (hashlib.sha256(text.encode()).digest(), text))


def grouped(pairs):
    """Pairs (source, target) -> list of `Example`: a source once, in the order of its first pair, with its distinct targets."""
    references = {}
    for source, target in pairs:
        references.setdefault(source, {})[target] = None
    return [Example(source, tuple(targets)) for source, targets in references.items()]
