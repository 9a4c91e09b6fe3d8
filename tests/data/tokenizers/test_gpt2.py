"""GPT-2's byte pairs. tests/pretrained compares the ids with those of transformers."""

import pytest

from zoo.data.tokenizers import GPT2Tokenizer, tokenizer_from_config
from zoo.errors import ZooError

VOCABULARY = {"!": 0, "a": 1, "b": 2, "ab": 3, "<|endoftext|>": 4}


def test_padding_is_an_id_of_its_own():
    tokenizer = GPT2Tokenizer(VOCABULARY, [("a", "b")])
    assert (tokenizer.size, tokenizer.pad_id, tokenizer.start_id, tokenizer.end_id) == (6, 5, 4, 4)
    assert tokenizer.encode("abb!") == [3, 2, 5, 4]  # "!" is 0 in the files
    assert tokenizer.decode([3, 5, 0, 99, 4, 1]) == "ab!"
    again = tokenizer_from_config(tokenizer.get_config())
    assert again.get_config() == tokenizer.get_config()


@pytest.mark.parametrize(
    "vocabulary, size, message",
    [
        ({"a": 0}, None, "lacks the token <|endoftext|>"),
        (VOCABULARY, 5, "has 6 ids, and the model's vocabulary only 5"),
    ],
)
def test_vocabularies_that_do_not_fit(vocabulary, size, message):
    with pytest.raises(ZooError, match=message.replace("|", r"\|")):
        GPT2Tokenizer(vocabulary, [], size)
