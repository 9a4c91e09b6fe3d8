"""Where a model looks: the attention map of one example."""

from typing import Any

import numpy as np

from zoo.data.batches import pad, shift_right
from zoo.data.front_ends.front_end import FrontEnd
from zoo.decoding import Ensemble
from zoo.frames import pad_frames
from zoo.printable import token_texts
from zoo.seq2seq import Seq2Seq


def attention_of(
    model: Seq2Seq | Ensemble,
    source: list[int] | np.ndarray,
    target: list[int],
    source_tokenizer: Any,
    target_tokenizer: Any,
) -> tuple[list[str], list[str], np.ndarray]:
    """Attention of a target over a source.

    Args:
        model: a `Seq2Seq` that attends, or an `Ensemble` of such.
        source: list of ids that ends with the end token; or frames, float [S, F].
        target: list of ids that ends with the end token.
        source_tokenizer, target_tokenizer: as in `zoo.data.tokenizers`.

    Returns:
        S source symbols and T target symbols, lists of str, and float [T, S].
    """

    opened = shift_right(pad([target]), model.start_id)
    if isinstance(source_tokenizer, FrontEnd):
        batch, names = pad_frames([source], 1, len(source)), source_tokenizer.labels(len(source))
    else:
        batch, names = pad([source]), token_texts(source_tokenizer, source)
    return names, token_texts(target_tokenizer, target), np.asarray(model.align(batch, opened))[0]
