"""Reversing a sequence of symbols: generated, endless, and hard for a context of fixed size.

The source is uniform noise, so nothing but remembering every symbol and its place helps. A model that squeezes the
source into one vector is expected to fail from some length on, and attention not to: the error by length shows where.
"""

import hashlib

import numpy as np

from zoo.data.task import Example, Task
from zoo.data.tokenizers import SymbolTokenizer
from zoo.errors import ZooError, check_positive
from zoo.registry import register_task

METRICS = ("exact_match", "token_error_rate", "perplexity")
ROUNDS = 20  # Of drawing as many sequences as the task has; a split still short of its share then cannot be filled.


@register_task("reverse", title="Sequence of symbols to its reverse", source="generated", licence="none needed",
               metrics=METRICS)
def reverse(symbols=26, min_length=1, max_length=20, train=20000, validation=500, test=2000, seed=0):
    """Random sequences and their reverse, symbols separated by blanks.

    Lengths are uniform in the range, so short sequences repeat within a split; a sequence belongs to one split only.

    Args:
        symbols: int, size of the alphabet: lower-case letters up to 26, else "s0", "s1", ...
        min_length, max_length: int, range of the lengths, both ends included, in symbols without EOS.
        train, validation, test: int, examples a split.
        seed: int, not negative; the data are a function of it and of the other options.

    Returns:
        `Task` with splits "train", "validation" and "test".

    Raises:
        ZooError: a value out of its range, or a range of lengths with too few sequences to keep splits apart.
    """
    options = dict(symbols=symbols, min_length=min_length, max_length=max_length,
                   train=train, validation=validation, test=test, seed=seed)
    check_positive(**{name: value for name, value in options.items() if name != "seed"})
    if symbols < 2:
        raise ZooError(f"symbols must be at least 2, got {symbols}")
    if min_length > max_length:
        raise ZooError(f"min_length must not exceed max_length, got {min_length} and {max_length}")
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ZooError(f"seed must be a whole number from 0, got {seed!r}")
    alphabet = [chr(ord("a") + i) for i in range(symbols)] if symbols <= 26 else [f"s{i}" for i in range(symbols)]
    sizes = {"train": train, "validation": validation, "test": test}
    splits = generate(alphabet, (min_length, max_length), sizes, seed)
    tokenizer = SymbolTokenizer(alphabet, separator=" ")
    return Task("reverse", options, splits, tokenizer, tokenizer, METRICS)


def generate(alphabet, lengths, sizes, seed):
    """Draws the examples of every split.

    A sequence is assigned to a split by its SHA-256, in proportion to the sizes of the splits. The seed has no part in
    that, so no seed's test sequence is another seed's train sequence at the same sizes.

    Args:
        alphabet: list of str.
        lengths: pair of int, shortest and longest sequence.
        sizes: dict of split name to number of examples.
        seed: int.

    Returns:
        Dict of split name to list of `Example`.

    Raises:
        ZooError: some split cannot be filled.
    """
    rng, total = np.random.default_rng(seed), sum(sizes.values())
    splits = {name: [] for name in sizes}
    for _ in range(ROUNDS):
        for length in rng.integers(lengths[0], lengths[1] + 1, size=total):
            sequence = [alphabet[i] for i in rng.integers(len(alphabet), size=length)]
            source = " ".join(sequence)
            split = splits[assign(source, sizes, total)]
            split.append(Example(source, (" ".join(sequence[::-1]),)))
        if all(len(splits[name]) >= size for name, size in sizes.items()):
            return {name: splits[name][:size] for name, size in sizes.items()}
    raise ZooError(f"{len(alphabet)} symbols at lengths {lengths[0]} to {lengths[1]} make too few different sequences "
                   "to keep train, validation and test apart: raise symbols or max_length")


def assign(source, sizes, total):
    """The split that a source belongs to, whatever the seed: a name of `sizes`."""
    place = int.from_bytes(hashlib.sha256(source.encode()).digest()[:8], "big") % total
    for name, size in sizes.items():
        if place < size:
            return name
        place -= size
    raise AssertionError("total must be the sum of sizes")
