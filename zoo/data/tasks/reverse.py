"""Reversing a sequence of symbols: generated, endless, and hard for a context of fixed size.

The source is uniform noise, so nothing but remembering every symbol and its place helps. A model that squeezes the
source into one vector is expected to fail from some length on, and attention not to: the error by length shows where.
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
)
def reverse(
    symbols=26, min_length=1, max_length=20, train=20000, validation=500, test=2000, seed=0
):
    """Random sequences and their reverse, symbols separated by blanks; see `zoo.data.generated.symbols_task`.

    Returns:
        `Task` with splits "train", "validation" and "test".
    """
    return symbols_task(
        "reverse",
        METRICS,
        lambda indices: indices[::-1],
        symbols,
        min_length,
        max_length,
        train,
        validation,
        test,
        seed,
    )
