"""The tokenizer of GPT-2."""

from zoo.data.tokenizers.subword import SubwordTokenizer, byte_pairs, check_vocabulary

END = "<|endoftext|>"


class GPT2Tokenizer(SubwordTokenizer):
    """GPT-2's byte pairs, closed by `<|endoftext|>`, which opens targets, too.

    Args:
        vocabulary: dict of token to id, each id from 0 on once, with `<|endoftext|>` (vocab.json).
        merges: list of pairs of str, the most frequent first (merges.txt).
        size: int, number of ids, the last of which is padding in the files; None for one more than
            the vocabulary has.

    Raises:
        ZooError: a broken vocabulary, a merge of tokens it lacks, or more ids than `size`.
    """

    FIELDS = {"vocabulary": {...: int}, "merges": [[str]], "size": int}

    def __init__(self, vocabulary, merges, size=None):
        self.vocabulary = check_vocabulary(vocabulary, (END,))
        self.merges = [tuple(merge) for merge in merges]
        self._engine = byte_pairs(vocabulary, self.merges)
        self.size = self.check_size(len(vocabulary) + 1, size)
        self.pad_id = self.size - 1
        self.start_id = self.end_id = self.swap(vocabulary[END])

    def encode_batch(self, texts):
        """Ids of each text with `<|endoftext|>` after it: list of lists of int."""
        encoded = self._engine.encode_batch(list(texts), add_special_tokens=False)
        return [[*map(self.swap, one.ids), self.end_id] for one in encoded]

    def decode(self, ids):
        """Text of `ids` `[L]` up to the first end; bytes that are not UTF-8 become U+FFFD."""
        ids = map(self.swap, self.until_end(ids))
        return self._engine.decode([i for i in ids if i < len(self.vocabulary)])

    def get_config(self):
        """What `from_config` needs, as a dict of JSON types."""
        return {
            "class_name": "GPT2Tokenizer",
            "vocabulary": self.vocabulary,
            "merges": [list(merge) for merge in self.merges],
            "size": self.size,
        }

    @classmethod
    def from_config(cls, config):
        """The tokenizer that returned `config` from `get_config`."""
        return cls(config["vocabulary"], config["merges"], config["size"])
