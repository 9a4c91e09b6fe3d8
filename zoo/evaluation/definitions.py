"""The metrics: what each is called, what it counts, and how counts become a score."""

import collections.abc
import dataclasses
import functools
from typing import Any

import numpy as np

from zoo.evaluation import corrections, counts, forecasts, molecules, rouge


@dataclasses.dataclass(frozen=True)
class Metric:
    """A way to score outputs.

    Attributes:
        name: the key in `METRICS`.
        label: for the header of a table.
        better: "lower" or "higher".
        counting: how text is compared, for the signature; "sacrebleu" if that library writes the
            signature.
        counts: takes `N` outputs and `N` tuples of references, gives float64 `[N, K]`, what is
            counted of each example. None for perplexity, which is computed from the likelihood of
            the references, not from outputs.
        combine: takes counts summed over examples, `[..., K]`, and gives the scores `[...]`.
        also: what else `counts` takes, a name of `ALSO`; "" for nothing.
    """

    name: str
    label: str
    better: str
    counting: str
    counts: collections.abc.Callable[..., np.ndarray] | None = None
    combine: collections.abc.Callable[[np.ndarray], Any] | None = None
    also: str = ""

    def best(self, candidates, key=lambda value: value):
        """The candidate with the best score, the first of equals.

        Args:
            candidates: iterable.
            key: takes a candidate and gives its score.
        """
        return (min if self.better == "lower" else max)(candidates, key=key)


def _sacrebleu(name, label):
    return Metric(
        name,
        label,
        "higher",
        "sacrebleu",
        functools.partial(counts.sacrebleu_counts, name),
        functools.partial(counts.sacrebleu_score, name),
    )


ALSO = ("sources", "groups", "candidates")  # what some metrics look at besides the references


def _rouge(kind, label):
    counting = f"case:lower|tok:words|stem:porter|rouge-score:{kind}"
    return Metric(
        kind.replace("rouge", "rouge_").lower(),
        label,
        "higher",
        counting,
        functools.partial(rouge.rouge_counts, kind),
        counts.percent,
    )


TOKENS, WHOLE = "case:as-is|tok:whitespace", "case:as-is|tok:none"
CHARACTERS = "case:as-is|tok:character|blanks:single"
EDITS = counts.token_edits, counts.percent
CHARACTER_EDITS = counts.character_edits, counts.percent
METRICS = {
    metric.name: metric
    for metric in (
        Metric("wrong_words", "Wrong words", "lower", TOKENS, counts.wrong_outputs, counts.percent),
        Metric("per", "Phoneme error rate", "lower", TOKENS, *EDITS),
        Metric("token_error_rate", "Token error rate", "lower", TOKENS, *EDITS),
        Metric("wer", "Word error rate", "lower", TOKENS, *EDITS),
        Metric("cer", "Character error rate", "lower", CHARACTERS, *CHARACTER_EDITS),
        Metric("exact_match", "Exact match", "higher", WHOLE, counts.equal_outputs, counts.percent),
        Metric("perplexity", "Perplexity", "lower", "tok:model|eos:yes"),
        _sacrebleu("bleu", "BLEU"),
        _sacrebleu("lowercase_bleu", "Lowercased BLEU"),
        _sacrebleu("tokenised_bleu", "Tokenised BLEU"),
        _sacrebleu("chrf", "chrF2"),
        dataclasses.replace(
            _sacrebleu("bleu", "BLEU with the source"),
            name="source_bleu",
            better="lower",
            counting="beside:source|case:mixed|tok:13a|sacrebleu",
            counts=counts.source_bleu_counts,
            also="sources",
        ),
        _rouge("rouge1", "ROUGE-1"),
        _rouge("rouge2", "ROUGE-2"),
        _rouge("rougeL", "ROUGE-L"),
        Metric(
            "whole_dialogues",
            "Dialogues without a mistake",
            "higher",
            WHOLE,
            counts.equal_groups,
            counts.percent,
            "groups",
        ),
        Metric(
            "edits_f05",
            "F0.5 of edits",
            "higher",
            corrections.COUNTING,
            corrections.edit_counts,
            corrections.f05,
            "sources",
        ),
        Metric(
            "mase",
            "MASE",
            "lower",
            f"season:{forecasts.SEASON}",
            forecasts.mase_counts,
            counts.mean,
            "sources",
        ),
        Metric(
            "smape", "sMAPE", "lower", "scale:200", forecasts.smape_counts, counts.mean, "sources"
        ),
        Metric(
            "top_5",
            "Right among five",
            "higher",
            "best:5|" + WHOLE,
            counts.equal_candidates,
            counts.percent,
            "candidates",
        ),
        Metric(
            "valid_molecules",
            "Valid molecules",
            "higher",
            "smiles:rdkit",
            molecules.valid_counts,
            counts.percent,
        ),
    )
}
