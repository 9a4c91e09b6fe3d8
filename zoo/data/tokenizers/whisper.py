"""The tokenizer of Whisper."""

from zoo.data.tokenizers.gpt2 import GPT2Tokenizer
from zoo.data.tokenizers.subword import check_vocabulary
from zoo.errors import ZooError

START = "<|startoftranscript|>"


class WhisperTokenizer(GPT2Tokenizer):
    """GPT-2's byte pairs, and tokens that say what to do with a recording, such as `<|en|>`.

    Args:
        vocabulary: dict of token to id, each id from 0 on once, with `<|endoftext|>`,
            `<|startoftranscript|>` and all others of that form (vocab.json, added_tokens.json).
        merges, size: as in `GPT2Tokenizer`.

    Raises:
        ZooError: as `GPT2Tokenizer`.
    """

    def __init__(self, vocabulary, merges, size=None):
        check_vocabulary(vocabulary, (START,))
        super().__init__(vocabulary, merges, size)
        self.start_id = self.swap(vocabulary[START])
        self.tasks = {
            token: self.swap(i)
            for token, i in vocabulary.items()
            if token.startswith("<|") and token.endswith("|>")
        }

    def prefix(self, *names):
        """The ids to begin an output with, such as those of "en", "transcribe", "notimestamps".

        For `Constraints(prefix=...)`.

        Raises:
            ZooError: there is no such token.
        """
        for name in names:
            if f"<|{name}|>" not in self.tasks:
                raise ZooError(f"the vocabulary lacks the token <|{name}|>")
        return tuple(self.tasks[f"<|{name}|>"] for name in names)

    def decode(self, ids):
        """Text of `ids` `[L]` up to the first end, without the tokens that say what to do."""
        said = set(self.tasks.values())
        return super().decode([i for i in self.until_end(ids) if i not in said])

    def get_config(self):
        """What `from_config` needs, as a dict of JSON types."""
        return super().get_config() | {"class_name": "WhisperTokenizer"}
