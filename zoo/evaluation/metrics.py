"""Metrics by name, each with a signature that says how it was counted.

Scores are percent, except perplexity, MASE, and BLEU and chrF, which are on sacrebleu's scale from
0 to 100. All metrics except perplexity compare whole outputs with all references of an example.
"""

import collections.abc
import math

import numpy as np

from zoo.errors import UnknownName, ZooError
from zoo.evaluation import counts
from zoo.evaluation.definitions import METRICS, Metric

__all__ = ["METRICS", "Metric", "count", "metric", "perplexity", "score", "score_of", "signature"]

VERSION = "0.1.0"  # changes when the counting gives another score for the same outputs


def metric(name: str) -> Metric:
    """The `Metric` of a name. Raises `UnknownName` with the nearest names."""
    if name not in METRICS:
        raise UnknownName("metric", name, list(METRICS))
    return METRICS[name]


def check_metrics(names: collections.abc.Iterable[str]) -> None:
    """Raises `UnknownName` unless there is a metric of every name."""
    for name in names:
        metric(name)


def count(
    name: str,
    hypotheses: collections.abc.Sequence[str],
    references: collections.abc.Sequence[tuple[str, ...]],
    **known: collections.abc.Sequence,
) -> np.ndarray:
    """Counts what a metric needs of each example.

    Args:
        name: a key of `METRICS`.
        hypotheses: `N` outputs.
        references: `N` tuples, at least one reference each.
        **known: what some metrics look at, too, `N` of each: "sources"; "groups", the examples'
            own; "candidates", lists of the outputs that a search found, the best first.

    Returns:
        float64 `[N, K]`; the score of any set of examples is that of their summed rows.

    Raises:
        UnknownName: there is no such metric.
        ZooError: there are no outputs, or not as many as examples; an example lacks a reference;
            what the metric looks at is not given; or the metric is perplexity, which needs
            likelihoods: `perplexity(nll_sum, tokens)`.
    """
    chosen = metric(name)
    if chosen.counts is None:
        raise ZooError(
            f"{name} is computed from likelihoods, not outputs: call {name}(nll_sum, tokens)"
        )
    if not hypotheses or len(hypotheses) != len(references):
        raise ZooError(
            f"{name} needs one or more outputs and as many examples, got {len(hypotheses)} outputs "
            f"and {len(references)} examples"
        )
    _check_references(references)
    if not chosen.also:
        return chosen.counts(hypotheses, references)
    if len(known.get(chosen.also, ())) != len(hypotheses):
        raise ZooError(f"{name} needs the {chosen.also} of the examples, one for each output")
    return chosen.counts(hypotheses, references, known[chosen.also])


def score_of(name: str, counted: np.ndarray) -> float:
    """The score of counted examples.

    Args:
        name: a key of `METRICS`.
        counted: `[N, K]`, rows that `count` gave.

    Raises:
        ZooError: the metric is a rate of tokens, and the references have none.
    """
    sums = counted.sum(axis=0)
    if metric(name).combine is counts.percent and not sums[1]:
        raise ZooError("the references hold no token, so there is no rate of errors")
    return float(metric(name).combine(sums))  # type: ignore[misc]  # None goes with no counts


def score(
    name: str,
    hypotheses: collections.abc.Sequence[str],
    references: collections.abc.Sequence[tuple[str, ...]],
    **known: collections.abc.Sequence,
) -> float:
    """Scores outputs on the metric's scale. Arguments and errors are those of `count`."""
    return score_of(name, count(name, hypotheses, references, **known))


def perplexity(nll_sum, tokens):
    """exp of the mean negative log-likelihood of a target token.

    Args:
        nll_sum: float, negative log-likelihood in nats, summed over the target tokens with EOS and
            without padding.
        tokens: int, their number.

    Returns:
        float from 1; infinity if a float cannot hold it.

    Raises:
        ZooError: no tokens.
    """
    if tokens <= 0:
        raise ZooError(f"perplexity needs at least one target token, got {tokens}")
    try:
        return math.exp(nll_sum / tokens)
    except OverflowError:
        return math.inf


def signature(name: str, references: collections.abc.Sequence[tuple[str, ...]]) -> str:
    """How a score was counted, in sacrebleu's manner.

    An example is "wrong_words|refs:1-4|case:as-is|tok:whitespace|zoo:0.1.0".

    Args:
        name: a key of `METRICS`.
        references: a tuple per example. The signature holds the fewest and the most references per
            example. Perplexity is that of the first reference.

    Raises:
        UnknownName: no such metric.
        ZooError: an example without a reference, or no example.
    """
    chosen = metric(name)
    _check_references(references)
    if chosen.counting == "sacrebleu":
        return counts.sacrebleu_signature(name, references)
    numbers = [len(texts) for texts in references] if chosen.counts else [1]
    fewest, most = min(numbers), max(numbers)
    refs = str(fewest) if fewest == most else f"{fewest}-{most}"
    return f"{name}|refs:{refs}|{chosen.counting}|zoo:{VERSION}"


def _check_references(references):
    if not references or not all(references) or any(isinstance(texts, str) for texts in references):
        raise ZooError(
            "references must be a non-empty list of tuples of str, each with at least one reference"
        )
