"""The tokenizer of ByT5."""

from zoo.data.tokenizers.sentinels import Sentinels
from zoo.data.tokenizers.subword import SubwordTokenizer


class ByteT5Tokenizer(SubwordTokenizer):
    """ByT5's: UTF-8 bytes from 3 on, `</s>` at the end, and sentinels from 259 on.

    Args:
        extra_ids: int, number of sentinels `<extra_id_0>`, ...
        size: int, number of ids; None for bytes and sentinels.

    Raises:
        ZooError: a number of sentinels out of range, or more ids than `size`.
    """

    FIELDS = {"extra_ids": int, "size": int}
    start_id, end_id, first, pieces = 0, 1, 3, 259

    def __init__(self, extra_ids=125, size=None):
        self.extra_ids = extra_ids
        self._sentinels = Sentinels(extra_ids, lambda i: self.pieces + i)
        self.size = self.check_size(self.pieces + extra_ids, size)

    def encode_batch(self, texts):
        """Ids of each text with `</s>`: list of lists of int."""
        return [ids + [self.end_id] for ids in self._sentinels.encode(texts, self._to_ids)]

    def decode(self, ids):
        """Text of `ids` `[L]` up to the first `</s>`; bytes that are not UTF-8 are left out."""
        known = [i for i in self.until_end(ids) if self.first <= i < self.pieces + self.extra_ids]
        return self._sentinels.decode(known, self._to_text, between="")

    def get_config(self):
        """What `from_config` needs, as a dict of JSON types."""
        return {"class_name": "ByteT5Tokenizer", "extra_ids": self.extra_ids, "size": self.size}

    @classmethod
    def from_config(cls, config):
        """The tokenizer that returned `config` from `get_config`."""
        return cls(config["extra_ids"], config["size"])

    def _to_ids(self, texts):
        return [[self.first + byte for byte in text.encode()] for text in texts]

    def _to_text(self, ids):
        return bytes(i - self.first for i in ids).decode("utf-8", errors="ignore")
