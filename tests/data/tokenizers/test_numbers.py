"""Numbers in bins."""

import pytest

from zoo.data.tokenizers import EOS, NumberTokenizer, tokenizer_from_config
from zoo.errors import ZooError


def test_a_number_comes_back_as_the_middle_of_its_bin():
    tokenizer = NumberTokenizer(-1.0, 1.0, 20)
    ids = tokenizer.encode("-1 0.03 0.999  5 -7")
    assert ids == [4, 14, 23, 23, 4, EOS] and tokenizer.size == 24
    assert tokenizer.decode(ids) == "-0.95 0.05 0.95 0.95 -0.95"
    assert tokenizer.decode([3, 4, 99, 2, 5]) == "-0.95"


def test_only_the_last_numbers_are_read():
    tokenizer = NumberTokenizer(0, 10, 10, last=2)
    assert tokenizer.encode("1 2 3") == [6, 7, EOS] and tokenizer.length("1 2 3") == 3
    assert tokenizer.encode("1") == [5, EOS] and tokenizer.encode("x 2 3") == [6, 7, EOS]


def test_it_comes_back_from_its_configuration():
    tokenizer = NumberTokenizer(0, 5, 7, last=3)
    again = tokenizer_from_config(tokenizer.get_config())
    assert again.get_config() == tokenizer.get_config()
    assert again.encode("1 2 3 4") == tokenizer.encode("1 2 3 4")


def test_mistakes_are_named():
    with pytest.raises(ZooError, match="numbers with blanks between them, got 'one'"):
        NumberTokenizer(0, 1, 2).encode("0.1 one")
    assert NumberTokenizer(0, 1, 2).unknown("nan 1 x nan") == ["nan", "x"]
    with pytest.raises(ZooError, match="low must be below high, got 1 and 1"):
        NumberTokenizer(1, 1, 2)
    with pytest.raises(ZooError, match="bins"):
        NumberTokenizer(0, 1, 0)
    with pytest.raises(ZooError, match="last must not be negative"):
        NumberTokenizer(0, 1, 2, -1)
