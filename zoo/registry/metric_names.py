"""The names of the metrics, which tasks choose from before anything is scored."""

from collections.abc import Iterable

from zoo.errors import UnknownName

# `zoo.evaluation.metrics` says how each is counted.
METRIC_NAMES = (
    "wrong_words",
    "per",
    "token_error_rate",
    "wer",
    "cer",
    "exact_match",
    "perplexity",
    "bleu",
    "lowercase_bleu",
    "tokenised_bleu",
    "chrf",
    "source_bleu",
    "rouge_1",
    "rouge_2",
    "rouge_l",
    "whole_dialogues",
    "edits_f05",
    "mase",
    "smape",
    "top_5",
    "valid_molecules",
)


def check_metrics(names: Iterable[str]) -> None:
    """Raises `UnknownName` with the nearest names if a name is not a metric's."""
    for name in names:
        if name not in METRIC_NAMES:
            raise UnknownName("metric", name, list(METRIC_NAMES))
