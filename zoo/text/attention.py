"""Where a model looks: the attention map of one example."""

from typing import Any

import numpy as np

from zoo.data.batches import pad, shift_right
from zoo.decoding import Ensemble
from zoo.seq2seq import Seq2Seq


def attention_of(
    model: Seq2Seq | Ensemble,
    source: list[int],
    target: list[int],
    source_tokenizer: Any,
    target_tokenizer: Any,
) -> tuple[list[str], list[str], np.ndarray]:
    """Attention of a target over a source.

    Args:
        model: a `Seq2Seq` that attends, or an `Ensemble` of such.
        source, target: lists of ids that end with the end token.
        source_tokenizer, target_tokenizer: as in `zoo.data.tokenizers`.

    Returns:
        S source symbols and T target symbols, lists of str, and float [T, S].
    """

    def symbols(tokenizer, ids):
        return [tokenizer.decode([i]) or "</s>" for i in ids]

    weights = np.asarray(model.align(pad([source]), shift_right(pad([target]), model.start_id)))[0]
    return symbols(source_tokenizer, source), symbols(target_tokenizer, target), weights
