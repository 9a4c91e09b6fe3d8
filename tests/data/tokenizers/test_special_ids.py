"""Ids that mean the same everywhere."""

import numpy as np

from zoo.data.tokenizers.special_ids import BOS, EOS, PAD, SYMBOLS_FROM, UNK, until_end


def test_special_ids_come_before_all_others():
    assert (PAD, BOS, EOS, UNK, SYMBOLS_FROM) == (0, 1, 2, 3, 4)


def test_text_ends_at_the_first_end():
    assert until_end(np.array([BOS, 7, PAD, UNK, 8, EOS, 9])) == [7, UNK, 8]
    assert until_end([]) == until_end([EOS, 5]) == []
    assert until_end([5, 6]) == [5, 6]
