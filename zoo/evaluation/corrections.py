"""F0.5 of the edits that correct a text, as papers on grammatical errors report it.

An edit is a stretch of source tokens and what takes its place. Tokens are words and single signs of
punctuation. Edits are those of a shortest path from source to output, and edits that touch are one.
ERRANT, with which shared tasks count, aligns by lemma and part of speech and merges by rules for a
language, so that its scores are near to these, and not the same.
"""

import re

import numpy as np
from rapidfuzz.distance import Levenshtein

COUNTING = "case:as-is|tok:words+punctuation|edits:levenshtein,merged"
TOKEN = re.compile(r"\w+(?:['\u2019\u02bc-]\w+)*|[^\w\s]")


def edits_of(source, text):
    """The edits from a source to a text: set of (first token, end, tokens in their place)."""
    before, after = (TOKEN.findall(side) for side in (source, text))
    found = [code for code in Levenshtein.opcodes(before, after) if code.tag != "equal"]
    merged = []
    for code in found:
        if merged and merged[-1][1] == code.src_start and merged[-1][3] == code.dest_start:
            merged[-1][1], merged[-1][3] = code.src_end, code.dest_end
        else:
            merged.append([code.src_start, code.src_end, code.dest_start, code.dest_end])
    return {(first, end, tuple(after[low:high])) for first, end, low, high in merged}


def edit_counts(hypotheses, references, sources):
    """Per example: the edits that a reference has, too; all edits; and those of that reference.

    Of several references, the one with the best F0.5 counts; of equals, the one with more edits in
    common, and then with fewer edits.
    """
    rows = []
    for hypothesis, texts, source in zip(hypotheses, references, sources):
        made = edits_of(source, hypothesis)
        wanted = [edits_of(source, text) for text in texts]
        options = [(len(made & right), len(made), len(right)) for right in wanted]
        rows.append(max(options, key=lambda x: (f05(x), x[0], -x[2])))
    return np.array(rows, "float64")


def f05(sums):
    """F0.5 in percent: precision counts twice as much as recall. 100 if there is nothing to do."""
    right, made, wanted = np.moveaxis(np.asarray(sums, "float64"), -1, 0)
    total = made + 0.25 * wanted
    return np.where(total > 0, 125 * right / np.where(total > 0, total, 1), 100.0)
