"""Metrics by name, each with a signature that says how it was counted.

Scores are percent, except perplexity, and BLEU and chrF, which are on sacrebleu's scale from 0 to
100. All metrics except perplexity compare whole outputs with all references of an example.
"""

import collections.abc
import dataclasses
import math

from rapidfuzz.distance import Levenshtein

from zoo.errors import UnknownName, ZooError

VERSION = "0.1.0"  # changes when the counting below gives another score for the same outputs


@dataclasses.dataclass(frozen=True)
class Metric:
    """A way to score outputs.

    Attributes:
        name: str, the key in `METRICS`.
        label: str, for the header of a table.
        better: "lower" or "higher".
        function: takes a list of str and a list of tuples of str, gives a float. None for
            perplexity, which is computed from the likelihood of the references, not from outputs.
        counting: str, how text is compared, for the signature; "sacrebleu" if that library writes
            the signature.
    """

    name: str
    label: str
    better: str
    function: collections.abc.Callable | None
    counting: str

    def best(self, candidates, key=lambda value: value):
        """The candidate with the best score, the first of equals.

        Args:
            candidates: iterable.
            key: takes a candidate and gives its score.
        """
        return (min if self.better == "lower" else max)(candidates, key=key)


def word_error_rate(hypotheses, references):
    """Percent of examples whose whole output equals no reference, token by token.

    This is the word error rate of grapheme-to-phoneme conversion.
    """
    wrong = sum(
        hypothesis.split() not in [text.split() for text in texts]
        for hypothesis, texts in zip(hypotheses, references)
    )
    return 100.0 * wrong / len(hypotheses)


def token_error_rate(hypotheses, references):
    """Edits to the closest reference, summed, in percent of the summed lengths of these references.

    White space separates tokens, and an edit inserts, deletes or replaces one. Of references at the
    same distance the first counts. The rate exceeds 100 if outputs are much too long.

    Raises:
        ZooError: the references have no token.
    """
    edits = tokens = 0
    for hypothesis, texts in zip(hypotheses, references):
        guess, options = hypothesis.split(), [text.split() for text in texts]
        distances = [Levenshtein.distance(guess, option) for option in options]
        closest = distances.index(min(distances))
        edits, tokens = edits + distances[closest], tokens + len(options[closest])
    if not tokens:
        raise ZooError("the references hold no token, so there is no rate of errors")
    return 100.0 * edits / tokens


def exact_match(hypotheses, references):
    """Percent of examples whose output equals a reference, character by character."""
    right = sum(hypothesis in texts for hypothesis, texts in zip(hypotheses, references))
    return 100.0 * right / len(hypotheses)


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


def bleu(hypotheses, references):
    """Corpus BLEU of sacrebleu with its defaults."""
    return _sacrebleu("bleu").corpus_score(list(hypotheses), reference_streams(references)).score


def lowercase_bleu(hypotheses, references):
    """Corpus BLEU of lowercased texts, as the E2E challenge counts it."""
    counted = _sacrebleu("lowercase_bleu")
    return counted.corpus_score(list(hypotheses), reference_streams(references)).score


def tokenised_bleu(hypotheses, references):
    """Corpus BLEU of texts that are tokenised already, as papers count it on Multi30k."""
    counted = _sacrebleu("tokenised_bleu")
    return counted.corpus_score(list(hypotheses), reference_streams(references)).score


def chrf(hypotheses, references):
    """Corpus chrF2 of sacrebleu with its defaults."""
    return _sacrebleu("chrf").corpus_score(list(hypotheses), reference_streams(references)).score


METRICS = {
    metric.name: metric
    for metric in (
        Metric("wer", "Word error rate", "lower", word_error_rate, "case:as-is|tok:whitespace"),
        Metric("per", "Phoneme error rate", "lower", token_error_rate, "case:as-is|tok:whitespace"),
        Metric(
            "token_error_rate",
            "Token error rate",
            "lower",
            token_error_rate,
            "case:as-is|tok:whitespace",
        ),
        Metric("exact_match", "Exact match", "higher", exact_match, "case:as-is|tok:none"),
        Metric("perplexity", "Perplexity", "lower", None, "tok:model|eos:yes"),
        Metric("bleu", "BLEU", "higher", bleu, "sacrebleu"),
        Metric("lowercase_bleu", "Lowercased BLEU", "higher", lowercase_bleu, "sacrebleu"),
        Metric("tokenised_bleu", "Tokenised BLEU", "higher", tokenised_bleu, "sacrebleu"),
        Metric("chrf", "chrF2", "higher", chrf, "sacrebleu"),
    )
}


def metric(name):
    """The `Metric` of a name. Raises `UnknownName` with the nearest names."""
    if name not in METRICS:
        raise UnknownName("metric", name, list(METRICS))
    return METRICS[name]


def score(name, hypotheses, references):
    """Scores outputs.

    Args:
        name: str, a key of `METRICS`.
        hypotheses: list of `N` str.
        references: list of `N` tuples of str, at least one reference each.

    Returns:
        float, on the metric's scale.

    Raises:
        UnknownName: no such metric.
        ZooError: there are no outputs, or not as many as examples; an example lacks a reference; or
            the metric is perplexity, which needs likelihoods: `perplexity(nll_sum, tokens)`.
    """
    function = metric(name).function
    if function is None:
        raise ZooError(
            f"{name} is computed from likelihoods, not outputs: call {name}(nll_sum, tokens)"
        )
    if not hypotheses or len(hypotheses) != len(references):
        raise ZooError(
            f"{name} needs one or more outputs and as many examples, got {len(hypotheses)} outputs "
            f"and {len(references)} examples"
        )
    _check_references(references)
    return function(hypotheses, references)


def signature(name, references):
    """How a score was counted, in sacrebleu's manner.

    An example is "wer|refs:1-4|case:as-is|tok:whitespace|zoo:0.1.0".

    Args:
        name: str, a key of `METRICS`.
        references: list of tuples of str. The signature holds the fewest and the most references
            per example. Perplexity is that of the first reference.

    Raises:
        UnknownName: no such metric.
        ZooError: an example without a reference, or no example.
    """
    chosen = metric(name)
    _check_references(references)
    if chosen.counting == "sacrebleu":
        return f"{name}|{_sacrebleu(name, reference_streams(references)).get_signature().format()}"
    counts = [len(texts) for texts in references] if chosen.function else [1]
    fewest, most = min(counts), max(counts)
    refs = str(fewest) if fewest == most else f"{fewest}-{most}"
    return f"{name}|refs:{refs}|{chosen.counting}|zoo:{VERSION}"


def reference_streams(references):
    """Transposes references for sacrebleu.

    Args:
        references: list of `N` tuples of str.

    Returns:
        A list for each reference number, of `N` str, None where an example has fewer references.
    """
    most = max(len(texts) for texts in references)
    return [[texts[i] if i < len(texts) else None for texts in references] for i in range(most)]


def _check_references(references):
    if not references or not all(references) or any(isinstance(texts, str) for texts in references):
        raise ZooError(
            "references must be a non-empty list of tuples of str, each with at least one reference"
        )


def _sacrebleu(name, streams=None):
    from sacrebleu.metrics import BLEU, CHRF

    if name == "lowercase_bleu":
        return BLEU(references=streams, lowercase=True)
    if name == "tokenised_bleu":
        return BLEU(references=streams, tokenize="none", force=True)
    return {"bleu": BLEU, "chrf": CHRF}[name](references=streams)
