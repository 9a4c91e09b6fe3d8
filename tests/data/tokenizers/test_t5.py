"""SentencePiece and sentinels of T5. tests/pretrained compares the ids with transformers'."""

import io

import pytest
import sentencepiece

from zoo.data.tokenizers.t5 import SentencePieceTokenizer
from zoo.errors import ZooError


def model(**ids):
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c ab"] * 20),
        model_writer=written,
        vocab_size=12,
        hard_vocab_limit=False,
        minloglevel=3,
        **{"pad_id": 0, "eos_id": 1, "unk_id": 2, "bos_id": -1} | ids,
    )
    return written.getvalue()


def test_sentinels_count_down_from_the_last_id():
    tokenizer = SentencePieceTokenizer(model(), extra_ids=3)
    ids = tokenizer.encode("a<extra_id_0>b")
    assert ids[-1] == 1 and tokenizer.size - 1 in ids and tokenizer.size == tokenizer.pieces + 3
    assert tokenizer.decode(ids) == "a <extra_id_0> b"
    assert tokenizer.unknown("a Q<extra_id_1>") == ["Q"]


def test_models_and_sizes_that_do_not_fit():
    with pytest.raises(ZooError, match="must have <pad> 0 and </s> 1, and has 1 and 0"):
        SentencePieceTokenizer(model(pad_id=1, eos_id=0))
    with pytest.raises(ZooError, match="the model's vocabulary only 5"):
        SentencePieceTokenizer(model(), size=5)
    with pytest.raises(ZooError, match="extra_ids must be"):
        SentencePieceTokenizer(model(), extra_ids=10**10)
