"""ROUGE (Lin 2004), counted by the package `rouge-score`, which follows ROUGE-1.5.5."""

import functools
import re

from zoo.evaluation.counts import one_each


def rouge_counts(kind, hypotheses, references):
    """Per example: the best F1 of the output with a reference, from 0 to 1; and 1.

    Texts are lower-cased and cut into words of letters and digits of any script. English words are
    stemmed by Porter's algorithm.

    Args:
        kind: "rouge1", "rouge2" or "rougeL".
        hypotheses: `N` outputs.
        references: `N` tuples of references.
    """
    rouge = scorer(kind)
    best = [
        max(rouge.score(text, hypothesis)[kind].fmeasure for text in texts)
        for hypothesis, texts in zip(hypotheses, references)
    ]
    return one_each(best)


@functools.cache
def scorer(kind):
    """The scorer of a kind of ROUGE."""
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer([kind], tokenizer=Words())


class Words:
    """Cuts texts into words of any script; the package's own way keeps the letters a to z only."""

    def __init__(self):
        from nltk.stem.porter import PorterStemmer

        self.stemmer = PorterStemmer()

    def tokenize(self, text):
        """The words of a text: list of str."""
        words = re.findall(r"[^\W_]+", text.lower())
        return [
            self.stemmer.stem(word) if len(word) > 3 and word.isascii() else word for word in words
        ]
