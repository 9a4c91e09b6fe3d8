"""The ids that mean the same in every tokenizer of the zoo."""

import numpy as np

PAD, BOS, EOS, UNK = range(4)
SYMBOLS_FROM = 4


def until_end(ids):
    """The ids of `ids` `[L]` before the first EOS, without PAD and BOS: list of int."""
    kept = []
    for i in np.asarray(ids).tolist():
        if i == EOS:
            break
        if i not in (PAD, BOS):
            kept.append(i)
    return kept
