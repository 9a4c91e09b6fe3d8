"""Sentinels in a graph; test_tokenizers.py compares all kinds on many texts."""

import re

import pytest
import tensorflow as tf

from tests.pretrained.vocabularies import spm
from zoo.data.tokenizers import ByteT5Tokenizer, SentencePieceTokenizer
from zoo.export.savedmodel import graph_tokenizer
from zoo.export.sentinels import numbers_below


@pytest.mark.parametrize("count", [1, 5, 10, 11, 100, 125, 1010])
def test_a_pattern_of_the_numbers_below(count):
    pattern = re.compile(numbers_below(count))
    assert [i for i in range(2000) if pattern.fullmatch(str(i))] == list(range(count))
    assert not pattern.fullmatch("00") and not pattern.fullmatch("01")


@pytest.mark.parametrize("count", [0, 125])
def test_an_unknown_sentinel_does_not_part_a_text(count):
    tokenizer = ByteT5Tokenizer(count)
    texts = ["x<extra_id_125>y", "<extra_id_124>", "<extra_id_0124>", "a"]
    ids = graph_tokenizer(tokenizer).encode(tf.constant(texts)).numpy()
    found = [[i for i in row if i] for row in ids.tolist()]  # without padding
    assert found == [tokenizer.encode(text) for text in texts]


def test_sentinels_stay_whole_and_part_the_text():
    tokenizer = SentencePieceTokenizer(spm())
    graph, text = graph_tokenizer(tokenizer), "the <extra_id_1> and<extra_id_0>"
    ids = graph.encode(tf.constant([text]))
    assert ids[0].numpy().tolist() == tokenizer.encode(text)
    assert tokenizer._sentinels.to_id["<extra_id_1>"] in ids[0].numpy()
    assert graph.decode(ids)[0].numpy().decode() == tokenizer.decode(tokenizer.encode(text))
