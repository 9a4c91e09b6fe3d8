"""Bytes as tokens."""

import sys

from zoo.data.tokenizers import EOS, PAD, UNK, ByteT5Tokenizer, ByteTokenizer


def test_bytes_round_trip_and_are_shifted_by_four():
    tokenizer = ByteTokenizer()
    texts = ["Hi", "é\n\t x", "日本 e\u0301 😀", "", "A"]
    encoded = tokenizer.encode_batch(texts)
    assert encoded == [[byte + 4 for byte in text.encode()] + [EOS] for text in texts]
    assert [tokenizer.decode(ids) for ids in encoded] == texts
    assert [tokenizer.length(text) for text in texts] == [len(ids) for ids in encoded]
    assert tokenizer.size == 260 and tokenizer.unknown("日") == []


def test_bytes_that_are_no_text():
    tokenizer = ByteTokenizer()
    assert tokenizer.decode([4 + 0xC3, EOS]) == "\ufffd"
    assert tokenizer.decode([4 + 97, UNK, PAD, 4 + 98, 300]) == "a<unk>b<unk>"


def test_texts_become_bytes_without_tensorflow(monkeypatch):
    monkeypatch.setitem(sys.modules, "keras_hub.tokenizers", None)
    assert ByteTokenizer().encode("a") == [101, EOS] and ByteTokenizer().encode_batch([]) == []
    assert ByteT5Tokenizer().encode("a<extra_id_0>") == [100, 259, 1]
