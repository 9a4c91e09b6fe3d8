"""Sorts a sequence of symbols: where to look depends on the output so far, not on positions."""

from zoo.data.generated import symbols_task
from zoo.registry import register_task

METRICS = ("exact_match", "token_error_rate", "perplexity")


@register_task(
    "sort",
    title="Sequence of symbols to the same in order",
    source="generated",
    licence="none needed",
    metrics=METRICS,
    baseline="copy",
)
def sort(
    symbols=26,
    min_length=1,
    max_length=20,
    train=20000,
    validation=500,
    test=2000,
    seed=0,
    test_max_length: int | None = None,
):
    """Random sequences to the same symbols in alphabetical order, with blanks between symbols.

    Options are those of `zoo.data.generated.symbols_task`.

    Returns:
        `Task` with splits "train", "validation" and "test".
    """
    return symbols_task(
        "sort",
        METRICS,
        sorted,
        symbols,
        min_length,
        max_length,
        train,
        validation,
        test,
        seed,
        test_max_length,
    )
