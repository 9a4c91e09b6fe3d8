"""Copying a sequence of symbols: the least that attention has to do, and what to try first when a variant learns nothing."""

from zoo.data.generated import symbols_task
from zoo.registry import register_task

METRICS = ("exact_match", "token_error_rate", "perplexity")


@register_task(
    "copy",
    title="Sequence of symbols to itself",
    source="generated",
    licence="none needed",
    metrics=METRICS,
)
def copy(symbols=26, min_length=1, max_length=20, train=20000, validation=500, test=2000, seed=0):
    """Random sequences and the same again, symbols separated by blanks; see `zoo.data.generated.symbols_task`.

    Returns:
        `Task` with splits "train", "validation" and "test".
    """
    return symbols_task(
        "copy", METRICS, list, symbols, min_length, max_length, train, validation, test, seed
    )
