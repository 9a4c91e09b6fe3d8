"""What each metric counts per example, and how summed counts become a score.

A counting function takes `N` outputs and their references and gives float64 `[N, K]`. A combining
function takes sums of such rows, `[..., K]`, and gives the scores `[...]`. Whatever is asked of a
metric (a corpus, a range of lengths, a resampled test set) is a sum over some of the rows.
"""

import numpy as np
from rapidfuzz.distance import Levenshtein

from zoo.errors import ZooError


def one_each(values):
    """A number of each of `N` examples -> float64 [N, 2]: the number, and 1."""
    return np.stack([np.asarray(values, "float64"), np.ones(len(values))], axis=1)


def wrong_outputs(hypotheses, references):
    """Per example: 1 if the output equals no reference, token by token, else 0; and 1.

    White space separates tokens.
    """
    wrong = [
        hypothesis.split() not in [text.split() for text in texts]
        for hypothesis, texts in zip(hypotheses, references)
    ]
    return one_each(wrong)


def equal_outputs(hypotheses, references):
    """Per example: 1 if the output equals a reference, character by character, else 0; and 1."""
    right = [hypothesis in texts for hypothesis, texts in zip(hypotheses, references)]
    return one_each(right)


def equal_groups(hypotheses, references, groups):
    """Per example: 1 / n if all n examples of its group are right, else 0; and 1 / n.

    A group is, for example, a dialogue. An output is right if it equals a reference.
    """
    right = equal_outputs(hypotheses, references)[:, 0]
    _, group, sizes = np.unique(np.asarray(groups, str), return_inverse=True, return_counts=True)
    whole = np.bincount(group, right) == sizes
    return np.stack([whole[group] / sizes[group], 1 / sizes[group]], axis=1)


def group_starts(shares):
    """The first example of each group, whose examples follow one another.

    Args:
        shares: float [N], the second count of `equal_groups`.

    Returns:
        int [G].

    Raises:
        ZooError: the examples of a group are not together, or not all there.
    """
    starts, sizes = [], np.rint(1 / np.asarray(shares)).astype(int)
    start = 0
    while start < len(sizes):
        starts.append(start)
        end = start + sizes[start]
        if end > len(sizes) or (sizes[start:end] != sizes[start]).any():
            raise ZooError("the examples of a group must follow one another, and all be there")
        start = end
    return np.array(starts)


def equal_candidates(hypotheses, references, candidates):
    """Per example: 1 if one of the best five candidates equals a reference, else 0; and 1."""
    right = [not set(found[:5]).isdisjoint(texts) for found, texts in zip(candidates, references)]
    return one_each(right)


def token_edits(hypotheses, references):
    """Per example: edits to the closest reference, and the tokens of that reference.

    White space separates tokens, and an edit inserts, deletes or replaces one. Of references at the
    same distance the first counts.
    """
    return edits(hypotheses, references, str.split)


def character_edits(hypotheses, references):
    """`token_edits` of characters. White space between words is one blank, and none at the ends."""
    return edits(hypotheses, references, lambda text: " ".join(text.split()))


def edits(hypotheses, references, cut):
    """Per example: edits to the closest reference, and its length, both cut by `cut`."""
    rows = []
    for hypothesis, texts in zip(hypotheses, references):
        guess, options = cut(hypothesis), [cut(text) for text in texts]
        distances = [Levenshtein.distance(guess, option) for option in options]
        closest = distances.index(min(distances))
        rows.append((distances[closest], len(options[closest])))
    return np.array(rows, "float64")


def percent(sums):
    """The first count in percent of the second. Exceeds 100 if edits outnumber tokens."""
    sums = np.asarray(sums)
    return 100.0 * sums[..., 0] / sums[..., 1]


def mean(sums):
    """The first count divided by the second."""
    sums = np.asarray(sums)
    return sums[..., 0] / sums[..., 1]


def source_bleu_counts(hypotheses, references, sources):
    """sacrebleu's statistics of each output beside its source: how much of it is copied."""
    return sacrebleu_counts("bleu", hypotheses, [(source,) for source in sources])


def sacrebleu_counts(name, hypotheses, references):
    """sacrebleu's statistics of each sentence: lengths, matching and all n-grams."""
    scorer, streams = sacrebleu_scorer(name), reference_streams(references)
    return np.array(scorer._extract_corpus_statistics(list(hypotheses), streams), "float64")


def sacrebleu_score(name, sums):
    """sacrebleu's score of summed statistics, as its own significance tests compute it."""
    scorer = sacrebleu_scorer(name)

    def one(row):
        return scorer._compute_score_from_stats(row.astype("int64").tolist()).score

    return np.apply_along_axis(one, -1, np.asarray(sums))


def reference_streams(references):
    """Transposes references for sacrebleu.

    Args:
        references: list of `N` tuples of str.

    Returns:
        A list for each reference number, of `N` str, None where an example has fewer references.
    """
    most = max(len(texts) for texts in references)
    return [[texts[i] if i < len(texts) else None for texts in references] for i in range(most)]


def sacrebleu_scorer(name, streams=None):
    """sacrebleu's scorer for one of our metrics."""
    from sacrebleu.metrics import BLEU, CHRF

    if name == "lowercase_bleu":
        return BLEU(references=streams, lowercase=True)
    if name == "tokenised_bleu":
        return BLEU(references=streams, tokenize="none", force=True)
    return {"bleu": BLEU, "chrf": CHRF}[name](references=streams)


def sacrebleu_signature(name, references):
    """sacrebleu's signature of a score over `references`."""
    scorer = sacrebleu_scorer(name, reference_streams(references))
    return f"{name}|{scorer.get_signature().format()}"
