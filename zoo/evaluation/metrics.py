"""Metrics by name, each with a signature that says how it was counted.

Scores are percent, but for perplexity, and for BLEU and chrF, which are on sacrebleu's scale from 0 to 100. All metrics
but perplexity judge whole outputs against all references of an example.
"""

import collections.abc
import dataclasses
import math

from rapidfuzz.distance import Levenshtein

from zoo.errors import UnknownName, ZooError

VERSION = "0.1.0"  # Of the counting below; it changes when a score of the same outputs would.


@dataclasses.dataclass(frozen=True)
class Metric:
    """A way to score outputs.

    Attributes:
        name: str, what it is asked for by.
        label: str, what a table's header says.
        better: "lower" or "higher".
        function: takes a list of str and a list of tuples of str, gives a float. None for perplexity, which is computed
            from the likelihood of the references and not from outputs.
        counting: str, how text is compared, for the signature; "sacrebleu" where that library writes it.
    """

    name: str
    label: str
    better: str
    function: collections.abc.Callable | None
    counting: str

    def best(self, candidates, key=lambda value: value):
        """The candidate with the best score, the first of equals; `key` takes a candidate and gives its score."""
        return (min if self.better == "lower" else max)(candidates, key=key)


def word_error_rate(hypotheses, references):
    """Percent of examples whose whole output equals no reference, token by token: the error of grapheme to phoneme."""
    wrong = sum(
        hypothesis.split() not in [text.split() for text in texts]
        for hypothesis, texts in zip(hypotheses, references)
    )
    return 100.0 * wrong / len(hypotheses)


def token_error_rate(hypotheses, references):
    """Edits to the closest reference, summed, in percent of the summed lengths of these references.

    Tokens stand between white space, and an edit inserts, deletes or replaces one. Of references at the same distance
    the first counts. Above 100 where outputs are much too long.

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
        nll_sum: float, negative log-likelihood in nats, summed over the target tokens, EOS included and padding not.
        tokens: int, their number.

    Returns:
        float from 1; infinity where it exceeds what a float holds.

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
    """Corpus BLEU of sacrebleu with its defaults, upper and lower case alike, as the E2E challenge counts it."""
    return (
        _sacrebleu("lowercase_bleu")
        .corpus_score(list(hypotheses), reference_streams(references))
        .score
    )


def tokenised_bleu(hypotheses, references):
    """Corpus BLEU of texts whose tokens stand between blanks already, as papers count it on the tokenised Multi30k."""
    return (
        _sacrebleu("tokenised_bleu")
        .corpus_score(list(hypotheses), reference_streams(references))
        .score
    )


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
        ZooError: no outputs, another number of references than outputs, an example without a reference, or perplexity,
            which needs likelihoods: `perplexity(nll_sum, tokens)`.
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
    """How a score was counted, in sacrebleu's manner, such as "wer|refs:1-4|case:as-is|tok:whitespace|zoo:0.1.0".

    Args:
        name: str, a key of `METRICS`.
        references: list of tuples of str; their fewest and most an example are part of the signature. Perplexity is
            that of the first reference.

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
    """The references of each example, `[N][...]`, as sacrebleu takes them: `[most][N]`, None where there are fewer."""
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
