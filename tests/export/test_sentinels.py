"""Sentinels in a graph; test_tokenizers.py compares all kinds on many texts."""

import tensorflow as tf

from tests.pretrained.vocabularies import spm
from zoo.data.tokenizers import SentencePieceTokenizer
from zoo.export.savedmodel import graph_tokenizer


def test_sentinels_stay_whole_and_part_the_text():
    tokenizer = SentencePieceTokenizer(spm())
    graph, text = graph_tokenizer(tokenizer), "the <extra_id_1> and<extra_id_0>"
    ids = graph.encode(tf.constant([text]))
    assert ids[0].numpy().tolist() == tokenizer.encode(text)
    assert tokenizer._sentinels.to_id["<extra_id_1>"] in ids[0].numpy()
    assert graph.decode(ids)[0].numpy().decode() == tokenizer.decode(tokenizer.encode(text))
