"""Numbers of a series as ids, each in one of many bins of the same width."""

import numpy as np

from zoo.data.tokenizers.special_ids import BOS, EOS, SYMBOLS_FROM, until_end
from zoo.errors import ZooError, check_positive

LEVEL = "level="  # begins a series, before what was subtracted from its numbers


class NumberTokenizer:
    """Puts the numbers of a text, with blanks between them, into bins (Ansari et al. 2024).

    Numbers beyond the range are put into the bin at its end. A decoded number is the middle of its
    bin.

    Args:
        low, high: float, the range.
        bins: int, their number; bin `i` has id `4 + i`.
        last: int, the last numbers of a text that are read; 0 reads all.

    Raises:
        ZooError: a range that is empty, or a count out of range.

    Example:
        >>> tokenizer = NumberTokenizer(0.0, 1.0, 10)
        >>> tokenizer.encode("0.31 0.99 7")
        [7, 13, 13, 2]
        >>> tokenizer.decode([7, 13, 2])
        '0.35 0.95'
    """

    FIELDS = {"low": float, "high": float, "bins": int, "last": int}
    start_id, end_id = BOS, EOS

    def __init__(self, low, high, bins, last=0):
        check_positive(bins=bins)
        if not low < high:
            raise ZooError(f"low must be below high, got {low} and {high}")
        if last < 0:
            raise ZooError(f"last must not be negative, got {last}")
        self.low, self.high, self.bins, self.last = float(low), float(high), bins, last
        self.size = SYMBOLS_FROM + bins

    def split(self, text):
        """The words of `text` that are read, without its level: list of str."""
        words = text.split()
        return words[text.lstrip().startswith(LEVEL) :][-self.last :]

    def length(self, text):
        """int, the number of ids that `encode(text)` returns, EOS included."""
        return len(self.split(text)) + 1

    def unknown(self, text):
        """The words of `text` that are not finite numbers: list of str, each once, in order."""
        return [word for word in dict.fromkeys(self.split(text)) if not is_number(word)]

    def encode(self, text):
        """Ids of `text` with EOS: list of int.

        Raises:
            ZooError: a word is not a finite number.
        """
        if wrong := self.unknown(text):
            raise ZooError(f"a series is numbers with blanks between them, got {wrong[0][:40]!r}")
        values = np.array(self.split(text), "float64")
        places = np.floor((values - self.low) / (self.high - self.low) * self.bins)
        ids = SYMBOLS_FROM + np.clip(places, 0, self.bins - 1).astype(int)
        return [*ids.tolist(), EOS]

    def encode_batch(self, texts):
        """Ids of each text with EOS: list of lists of int."""
        return [self.encode(text) for text in texts]

    def decode(self, ids):
        """The numbers of `ids` `[L]` up to the first EOS; what is not a bin is left out."""
        width = (self.high - self.low) / self.bins
        bins = [i - SYMBOLS_FROM for i in until_end(ids) if SYMBOLS_FROM <= i < self.size]
        return " ".join(f"{self.low + (i + 0.5) * width:.6g}" for i in bins)

    def get_config(self):
        """What `from_config` needs, as a dict of JSON types."""
        return {
            "class_name": "NumberTokenizer",
            "low": self.low,
            "high": self.high,
            "bins": self.bins,
            "last": self.last,
        }

    @classmethod
    def from_config(cls, config):
        """The tokenizer that returned `config` from `get_config`."""
        return cls(config["low"], config["high"], config["bins"], config["last"])


def is_number(word):
    """Whether a word is a finite number."""
    try:
        return bool(np.isfinite(float(word)))
    except ValueError:
        return False
