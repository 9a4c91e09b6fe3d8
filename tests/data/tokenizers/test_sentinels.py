"""Sentinels amid text."""

import pytest

from zoo.data.tokenizers.sentinels import Sentinels
from zoo.errors import ZooError


@pytest.fixture
def sentinels():
    return Sentinels(2, lambda i: 99 - i)


def letters(texts):
    return [[ord(c) for c in text] for text in texts]


def test_ids_and_text_come_back(sentinels):
    text = "a<extra_id_0>b<extra_id_1>"
    [ids, plain] = sentinels.encode([text, "ab"], letters)
    assert ids == [97, 99, 98, 98] and plain == [97, 98]
    sound = Sentinels(2, lambda i: 9 - i)
    ids = sound.encode([text], letters)[0]
    assert sound.decode(ids, lambda run: "".join(map(chr, run)), between="") == text


def test_a_number_beyond_the_last_sentinel_is_text(sentinels):
    assert sentinels.split("a<extra_id_2>b") == ["a<extra_id_2>b"]
    mixed = "a<extra_id_2><extra_id_0><extra_id_1><extra_id_9>"
    parts = ["a<extra_id_2>", "<extra_id_0>", "<extra_id_1>", "<extra_id_9>"]
    assert sentinels.split(mixed) == parts
    assert Sentinels(0, lambda i: i).split("a<extra_id_0>b") == ["a<extra_id_0>b"]
    assert sentinels.encode(["<extra_id_2>"], letters) == letters(["<extra_id_2>"])


@pytest.mark.parametrize("count", [-1, 10**10, True, "5", None, 1.5])
def test_numbers_that_no_tokenizer_has_are_refused_before_they_are_allocated(count):
    with pytest.raises(ZooError, match="extra_ids must be a whole number from 0 to 100,000"):
        Sentinels(count, lambda i: i)
