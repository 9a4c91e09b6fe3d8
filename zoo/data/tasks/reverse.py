"""Reverses a sequence of symbols, which is hard for a context of fixed size.

The source is uniform noise, so that a model must remember every symbol and its place. A model that
squeezes the source into one vector should fail from some length on, and attention should not. The
error by length shows where.
"""

from zoo.data.generated import symbols_task
from zoo.registry import register_task

METRICS = ("exact_match", "token_error_rate", "perplexity")


@register_task(
    "reverse",
    title="Sequence of symbols to its reverse",
    source="generated",
    licence="none needed",
    metrics=METRICS,
    baseline="copy",
)
def reverse(
    symbols=26,
    min_length=1,
    max_length=20,
    train=20000,
    validation=500,
    test=2000,
    seed=0,
    test_max_length: int | None = None,
):
    """Random sequences to their reverse, with blanks between symbols.

    Options are those of `zoo.data.generated.symbols_task`.

    Returns:
        `Task` with splits "train", "validation" and "test".
    """
    return symbols_task(
        "reverse",
        METRICS,
        backwards,
        symbols,
        min_length,
        max_length,
        train,
        validation,
        test,
        seed,
        test_max_length,
        by_place=True,
    )


def backwards(indices):
    """The list in reverse order."""
    return indices[::-1]
