"""Adds whole numbers digit by digit: an algorithm with a carry, learnt from examples."""

from zoo.data.generated import fill
from zoo.data.task import Example, Task
from zoo.data.tokenizers import SymbolTokenizer
from zoo.errors import ZooError, check_positive
from zoo.registry import register_task

METRICS = ("exact_match", "cer", "perplexity")


@register_task(
    "addition",
    title="Sums of two whole numbers",
    source="generated",
    licence="none needed",
    metrics=METRICS,
)
def addition(digits=5, train=50000, validation=500, test=2000, seed=0):
    """Sums such as "418+25" to results such as "443", one token per character.

    Both numbers have 1 to `digits` digits, all lengths equally often, and no leading zero.

    Args:
        digits: int, the most digits of a number to add.
        train, validation, test: int, examples per split.
        seed: int, not negative. The data are a function of the seed and the other options.

    Returns:
        `Task` with splits "train", "validation" and "test".

    Raises:
        ZooError: a value out of range, or too few digits to keep the splits apart.
    """
    check_positive(digits=digits)
    if digits > 18:
        raise ZooError(f"digits must be at most 18, got {digits}")

    def draw(rng, count):
        for lengths in rng.integers(1, digits + 1, size=(count, 2)).tolist():
            numbers = [
                int(rng.integers(10 ** (length - 1) if length > 1 else 0, 10**length))
                for length in lengths
            ]
            yield Example("{}+{}".format(*numbers), (str(sum(numbers)),))

    splits = fill(draw, {"train": train, "validation": validation, "test": test}, seed, "digits")
    source = SymbolTokenizer(["+", *"0123456789"], separator="")
    target = SymbolTokenizer("0123456789", separator="")
    options = dict(digits=digits, train=train, validation=validation, test=test, seed=seed)
    return Task("addition", options, splits, source, target, METRICS)
