"""Whisper's tokens. tests/pretrained compares the ids with those of transformers."""

import pytest

from zoo.data.tokenizers import WhisperTokenizer, tokenizer_from_config
from zoo.errors import ZooError

WORDS = ("a", "b", "ab", "<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|notimestamps|>")
VOCABULARY = {token: i for i, token in enumerate(WORDS)}


def test_tokens_that_say_what_to_do():
    tokenizer = WhisperTokenizer(VOCABULARY, [("a", "b")])
    assert (tokenizer.start_id, tokenizer.end_id, tokenizer.size) == (4, 3, 8)
    assert tokenizer.prefix("en", "notimestamps") == (5, 6)
    assert tokenizer.encode("ab") == [2, 3]
    assert tokenizer.decode([5, 6, 2, 7, 3, 2]) == "aba"  # 7 is the first id of the files
    again = tokenizer_from_config(tokenizer.get_config())
    assert type(again) is WhisperTokenizer and again.get_config() == tokenizer.get_config()
    with pytest.raises(ZooError, match=r"lacks the token <\|fr\|>"):
        tokenizer.prefix("en", "fr")


def test_a_vocabulary_without_a_start():
    with pytest.raises(ZooError, match=r"lacks the token <\|startoftranscript\|>"):
        WhisperTokenizer({"<|endoftext|>": 0}, [])
