"""Generated examples: drawn until every split is full. No source is in two splits."""

import hashlib

import numpy as np

from zoo.data.task import Example, Task
from zoo.data.tokenizers import SymbolTokenizer
from zoo.errors import ZooError, check_positive, check_seed

ROUNDS = 20  # draws of as many examples as the task has, after which a split is given up
MOST_EXAMPLES = 10_000_000  # of all splits together; they take about 5 GB of memory
MOST_SYMBOLS = 1_000_000_000  # of all sequences together


def fill(draw, sizes, seed, advice):
    """Draws the examples of every split.

    The SHA-256 of a source decides its split, in proportion to the sizes of the splits. The seed
    plays no part, so that at the same sizes no test source of one seed is a train source of
    another.

    Args:
        draw: function that takes a `numpy.random.Generator` and a count, and yields that many
            examples.
        sizes: dict of split name to number of examples.
        seed: int, not negative.
        advice: str, the options to raise if there are too few different sources.

    Returns:
        Dict of split name to list of `Example`.

    Raises:
        ZooError: a value out of its range, or a split that cannot be filled.
    """
    check_positive(**sizes)
    check_seed(seed)
    total = sum(sizes.values())
    check_count(total, " and ".join(sizes))
    rng = np.random.default_rng(seed)
    splits = {name: [] for name in sizes}
    for _ in range(ROUNDS):
        for example in draw(rng, total):
            name = assign(example.source, sizes, total)
            if len(splits[name]) < sizes[name]:
                splits[name].append(example)
        if all(len(splits[name]) == size for name, size in sizes.items()):
            distinct = {name: len({x.source for x in splits[name]}) for name in sizes}
            if any(10 * distinct[name] < size for name, size in sizes.items()):
                break  # a handful of examples, again and again
            return splits
    raise ZooError(
        f"too few different sources to keep train, validation and test apart; raise {advice}"
    )


def check_count(total, options):
    """Raises `ZooError` for more examples than memory holds. `options` says what to lower."""
    if total > MOST_EXAMPLES:
        raise ZooError(
            f"{total:,} examples are too many to generate, and at most {MOST_EXAMPLES:,} fit; "
            f"lower {options}"
        )


def assign(source, sizes, total):
    """The split of a source, a name of `sizes`; the seed plays no part."""
    place = int.from_bytes(hashlib.sha256(source.encode()).digest()[:8], "big") % total
    for name, size in sizes.items():
        if place < size:
            return name
        place -= size
    raise AssertionError("total must be the sum of sizes")


def symbols_task(
    name,
    metrics,
    order,
    symbols,
    min_length,
    max_length,
    train,
    validation,
    test,
    seed,
    test_max_length=None,
    by_place=False,
):
    """Makes a task of random sequences of symbols and the same symbols in another order.

    Lengths are uniform in their range, so that short sequences repeat within a split.

    Args:
        name, metrics: those of the task.
        order: function that reorders a list of symbols' indices.
        symbols: int, size of the alphabet: lower-case letters up to 26, else "s0", "s1", ...
        min_length: int, the shortest sequence, in symbols without EOS.
        max_length: int, the longest sequence, in symbols without EOS.
        train, validation, test: int, examples per split.
        seed: int, not negative. The data are a function of the seed and the other options.
        test_max_length: int, the longest sequence of the test split, whose lengths are then uniform
            up to it: longer sources than those that train. The other splits stay as they are. None
            is `max_length`.
        by_place: bool, whether `order` looks at places and not at symbols, so that the task knows
            where in the source each output symbol stands.

    Returns:
        `Task` with splits "train", "validation" and "test".

    Raises:
        ZooError: a value out of range, or too few different sequences to keep the splits apart.
    """
    options = dict(
        symbols=symbols,
        min_length=min_length,
        max_length=max_length,
        train=train,
        validation=validation,
        test=test,
        seed=seed,
    )
    if test_max_length is not None:  # else not stored, so older runs can be resumed
        options["test_max_length"] = test_max_length
    check_positive(**{key: value for key, value in options.items() if key != "seed"})
    if symbols < 2:
        raise ZooError(f"symbols must be at least 2, got {symbols}")
    if min_length > max_length:
        raise ZooError(f"min_length must not exceed max_length, got {min_length} and {max_length}")
    if test_max_length is not None and test_max_length < min_length:
        raise ZooError(
            f"test_max_length must not be below min_length, got {test_max_length} and {min_length}"
        )
    sizes = {"train": train, "validation": validation, "test": test}
    total = sum(sizes.values())
    check_count(total, "train, validation and test")
    longest = max(max_length, test_max_length or 0)
    if total * longest > MOST_SYMBOLS or symbols > MOST_EXAMPLES:
        option = "max_length" if longest == max_length else "test_max_length"
        raise ZooError(
            f"{total:,} sequences of up to {longest:,} of {symbols:,} "
            f"symbols are too much to generate; lower {option}, symbols or train"
        )
    alphabet = (
        [chr(ord("a") + i) for i in range(symbols)]
        if symbols <= 26
        else [f"s{i}" for i in range(symbols)]
    )

    def up_to(most):
        def draw(rng, count):
            for length in rng.integers(min_length, most + 1, size=count):
                sequence = rng.integers(symbols, size=length).tolist()
                source = " ".join(alphabet[i] for i in sequence)
                yield Example(source, (" ".join(alphabet[i] for i in order(sequence)),))

        return draw

    splits = fill(up_to(max_length), sizes, seed, "symbols or max_length")
    if test_max_length is not None:  # a source's hash decides its split: none of these trains
        longer = fill(up_to(test_max_length), sizes, seed, "symbols or test_max_length")
        splits["test"] = longer["test"]
    tokenizer = SymbolTokenizer(alphabet, separator=" ")

    def alignment(example):
        return [(i,) for i in order(list(range(len(example.source.split()))))]

    return Task(
        name,
        options,
        splits,
        tokenizer,
        tokenizer,
        metrics,
        alignment=alignment if by_place else None,
    )
