"""The UTF-8 bytes of open text."""

import numpy as np

from zoo.data.tokenizers.special_ids import BOS, EOS, SYMBOLS_FROM, until_end


class ByteTokenizer:
    """Tokenizes any text into its UTF-8 bytes: 260 ids, and no text is unknown.

    The id of a byte is its value plus four, the number of special ids.

    Example:
        >>> ByteTokenizer().encode("hi")
        [108, 109, 2]
    """

    FIELDS: dict = {}
    size = SYMBOLS_FROM + 256
    start_id, end_id = BOS, EOS

    def __init__(self):
        self._bytes = None

    @classmethod
    def from_texts(cls, texts=(), separator=""):
        """A byte tokenizer, which is the same for all texts. Both arguments are ignored."""
        return cls()

    def length(self, text):
        """int, the number of ids that `encode(text)` returns, EOS included."""
        return len(text.encode()) + 1

    def unknown(self, text):
        """An empty list: every text consists of bytes."""
        return []

    def encode(self, text):
        """Ids of `text` with EOS: list of int."""
        return self.encode_batch([text])[0]

    def encode_batch(self, texts):
        """Ids of each text with EOS: list of lists of int."""
        return [[SYMBOLS_FROM + byte for byte in text.encode()] + [EOS] for text in texts]

    def decode(self, ids):
        """Text of `ids` `[L]` up to the first EOS, without PAD and BOS.

        Bytes that are not UTF-8 become U+FFFD. UNK and ids beyond the vocabulary become "<unk>",
        as in `SymbolTokenizer`.
        """
        shown = []
        for i in until_end(ids):
            shown += [i - SYMBOLS_FROM] if SYMBOLS_FROM <= i < self.size else b"<unk>"
        return str(self._hub().detokenize(np.array(shown, "int32"))) if shown else ""

    def get_config(self):
        """What `from_config` needs, as a dict of JSON types."""
        return {"class_name": "ByteTokenizer"}

    @classmethod
    def from_config(cls, config):
        """The tokenizer that returned `config` from `get_config`."""
        return cls()

    def _hub(self):
        if self._bytes is None:
            from keras_hub.tokenizers import ByteTokenizer as HubByteTokenizer

            self._bytes = HubByteTokenizer(lowercase=False)
        return self._bytes
