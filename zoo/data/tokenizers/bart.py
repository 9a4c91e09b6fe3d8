"""The tokenizer of BART."""

from zoo.data.tokenizers.subword import SubwordTokenizer, byte_pairs, check_vocabulary

SPECIALS = ("<s>", "</s>", "<pad>", "<unk>", "<mask>")


class BytePairTokenizer(SubwordTokenizer):
    """BART's: byte pairs as in GPT-2, between `<s>` and `</s>`. `<mask>` in a text is one token.

    Args:
        vocabulary: dict of token to id, each id from 0 on once, with `<s>`, `</s>` and `<pad>`
            (vocab.json).
        merges: list of pairs of str, the most frequent first (merges.txt).
        size: int, number of ids; None for the whole vocabulary.
        strip_mask: bool, whether white space before `<mask>` belongs to it, as in the published
            files.

    Raises:
        ZooError: a broken vocabulary, a merge of tokens it lacks, or more ids than `size`.
    """

    FIELDS = {"vocabulary": {...: int}, "merges": [[str]], "size": int, "strip_mask": bool}

    def __init__(self, vocabulary, merges, size=None, strip_mask=True):
        import tokenizers

        self.vocabulary = check_vocabulary(vocabulary, ("<s>", "</s>", "<pad>"))
        self.merges = [tuple(merge) for merge in merges]
        self.strip_mask = strip_mask
        self._engine = byte_pairs(vocabulary, self.merges)
        if "<mask>" in vocabulary:
            self._engine.add_special_tokens(
                [tokenizers.AddedToken("<mask>", lstrip=strip_mask, normalized=False)]
            )
        self.pad_id = vocabulary["<pad>"]
        self.begin_id = self.swap(vocabulary["<s>"])
        self.end_id = self.swap(vocabulary["</s>"])
        self.start_id = self.end_id
        self.size = self.check_size(len(vocabulary), size)
        self._specials = {self.swap(vocabulary[token]) for token in SPECIALS if token in vocabulary}

    def encode_batch(self, texts):
        """Ids of each text between `<s>` and `</s>`: list of lists of int."""
        encoded = self._engine.encode_batch(list(texts), add_special_tokens=False)
        return [[self.begin_id, *map(self.swap, one.ids), self.end_id] for one in encoded]

    def decode(self, ids):
        """Text of `ids` `[L]` up to the first `</s>`; bytes that are not UTF-8 become U+FFFD."""
        known = [
            i for i in self.until_end(ids) if i not in self._specials and i < len(self.vocabulary)
        ]
        return self._engine.decode([self.swap(i) for i in known])

    def get_config(self):
        """What `from_config` needs, as a dict of JSON types."""
        return {
            "class_name": "BytePairTokenizer",
            "vocabulary": self.vocabulary,
            "merges": [list(merge) for merge in self.merges],
            "size": self.size,
            "strip_mask": self.strip_mask,
        }

    @classmethod
    def from_config(cls, config):
        """The tokenizer that returned `config` from `get_config`."""
        return cls(config["vocabulary"], config["merges"], config["size"], config["strip_mask"])
