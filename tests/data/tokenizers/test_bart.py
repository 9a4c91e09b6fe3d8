"""Byte pairs. tests/pretrained compares the ids with those of transformers."""

import pytest

from zoo.data.tokenizers.bart import BytePairTokenizer
from zoo.errors import ZooError

VOCABULARY = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "a": 4, "b": 5, "ab": 6, "<mask>": 7}


def test_merges_specials_and_the_mask():
    tokenizer = BytePairTokenizer(VOCABULARY, [("a", "b")])
    assert tokenizer.encode("abb") == [1, 6, 5, 2]  # <s> is 1, for padding is 0
    assert tokenizer.encode("a <mask>b") == [1, 4, 7, 5, 2]
    assert tokenizer.encode("<pad>"[:0]) == [1, 2]
    assert tokenizer.decode([1, 6, 5, 2, 4]) == "abb" and tokenizer.decode([0, 7, 99]) == ""


@pytest.mark.parametrize("merges", [[("a", "q")], [("a",)], [("a", "b", "c")]])
def test_merges_that_do_not_fit(merges):
    with pytest.raises(ZooError, match="merges.txt does not fit vocab.json") as raised:
        BytePairTokenizer(VOCABULARY, merges)
    assert "\n" not in str(raised.value)
