"""Sources as unit vectors."""

import numpy as np

from zoo.data.tokenizers import SymbolTokenizer
from zoo.evaluation.similarity import SEGMENTS, parts_of, text_features


def test_equal_texts_have_the_product_one_and_others_less():
    known, asked = text_features(SymbolTokenizer("abc", ""), ["ab", "ac", "c"], ["ac", "b"])
    product = (asked @ known.T).toarray()
    assert product.shape == (2, 3) and product[0].argmax() == 1 and product[1].argmax() == 0
    np.testing.assert_allclose(product[0, 1], 1)
    assert product.max() <= 1 + 1e-9


def test_no_part_of_few_frames_is_empty():
    for count in (1, 3, 8, 30):
        parts = parts_of(np.arange(count)[:, None])
        assert len(parts) == SEGMENTS and all(len(part) for part in parts)
