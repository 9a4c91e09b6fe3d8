"""Characters in their parts, such as the letters of a Korean syllable."""

import unicodedata

from zoo.data.tokenizers.symbols import SymbolTokenizer
from zoo.errors import ZooError


class DecomposedTokenizer(SymbolTokenizer):
    """A `SymbolTokenizer` of characters in their parts, by Unicode's canonical decomposition (NFD).

    A Korean syllable has two or three letters, of which there are 67 in all, while there are 11,172
    syllables. An accented letter is a letter and its accent. `decode` composes the parts again
    (NFC), so that `decode(encode(text)) == text` for every text that is composed.

    Args:
        symbols: sequence of distinct characters without further parts.

    Example:
        >>> tokenizer = DecomposedTokenizer.from_texts(["\ud55c\uae00"])  # 6 letters
        >>> tokenizer.size
        10
        >>> tokenizer.decode(tokenizer.encode("\ud55c\uae00")) == "\ud55c\uae00"
        True
    """

    FIELDS = {"symbols": [str]}

    def __init__(self, symbols):
        super().__init__(symbols, separator="")

    @classmethod
    def from_texts(cls, texts, separator=""):
        """A tokenizer of all parts of `texts`, sorted. The separator is ignored.

        Raises:
            ZooError: a text is not composed, so that `decode` would change it.
        """
        symbols = set()
        for text in texts:
            if not is_composed(text):
                raise ZooError(
                    f"the text {text[:40]!r} is not composed (Unicode NFC), so that it would not "
                    "come back as it is; choose the tokenizer character"
                )
            symbols.update(parts(text))
        return cls(sorted(symbols))

    def split(self, text):
        """The parts of `text`, known or not: list of str."""
        return parts(text)

    def decode(self, ids, unknown=()):
        """As `SymbolTokenizer.decode`, composed."""
        return unicodedata.normalize("NFC", super().decode(ids, unknown))

    def get_config(self):
        """What `from_config` needs, as a dict of JSON types."""
        return {"class_name": "DecomposedTokenizer", "symbols": list(self.symbols)}

    @classmethod
    def from_config(cls, config):
        """The tokenizer that returned `config` from `get_config`."""
        return cls(config["symbols"])


def parts(text):
    """The characters of `text` in their parts: list of str."""
    return list(unicodedata.normalize("NFD", text))


def is_composed(text):
    """Whether decomposing and composing `text` leaves it as it is."""
    return unicodedata.is_normalized("NFC", text)
