"""A closed set of symbols, such as the letters of spellings, or phonemes between blanks."""

from zoo.data.tokenizers.special_ids import BOS, EOS, SYMBOLS_FROM, UNK, until_end
from zoo.errors import ZooError, check_choice


class SymbolTokenizer:
    """Tokenizes text into a closed set of symbols, such as letters or phonemes.

    Args:
        symbols: sequence of distinct str; symbol `i` has id `4 + i`.
        separator: "" if every character is a symbol, " " if white space separates the symbols.

    Raises:
        ZooError: a symbol that is empty or repeated; one with white space if white space
            separates; or one of several characters if nothing separates.
        UnknownName: a separator other than "" and " ".

    Example:
        >>> tokenizer = SymbolTokenizer(["a", "b"], separator="")
        >>> tokenizer.encode("ab?")
        [4, 5, 3, 2]
        >>> tokenizer.decode([4, 5, 3, 2, 0])
        'ab<unk>'
    """

    FIELDS = {"symbols": [str], "separator": str}
    start_id, end_id = BOS, EOS

    def __init__(self, symbols, separator):
        check_choice(("", " "), separator=separator)
        self.symbols = tuple(symbols)
        self.separator = separator
        self._ids = {symbol: i for i, symbol in enumerate(self.symbols, SYMBOLS_FROM)}
        if len(self._ids) != len(self.symbols):
            raise ZooError("the symbols of a tokenizer must differ, and at least one is repeated")
        for symbol in self.symbols:
            if not isinstance(symbol, str) or self.split(symbol) != [symbol]:
                kind = "a single character" if separator == "" else "a text without white space"
                raise ZooError(f"a symbol must be {kind}, got {repr(symbol)[:50]}")
        self._shown = ("", "", "", "<unk>", *self.symbols)

    @classmethod
    def from_texts(cls, texts, separator):
        """A tokenizer of all symbols of `texts`, sorted. Raises what the constructor raises."""
        check_choice(("", " "), separator=separator)
        symbols = set()
        for text in texts:
            symbols.update(text if separator == "" else text.split())
        return cls(sorted(symbols), separator)

    @property
    def size(self):
        """int, number of ids, the four special ones included."""
        return SYMBOLS_FROM + len(self.symbols)

    def split(self, text):
        """The symbols of `text`, known or not: list of str."""
        return list(text) if self.separator == "" else text.split()

    def length(self, text):
        """int, the number of ids that `encode(text)` returns, EOS included."""
        return len(self.split(text)) + 1

    def unknown(self, text):
        """The symbols of `text` that the vocabulary lacks: list of str, each once, in order."""
        return [symbol for symbol in dict.fromkeys(self.split(text)) if symbol not in self._ids]

    def encode(self, text):
        """Ids of `text` with EOS: list of int. An unknown symbol becomes UNK."""
        return [*(self._ids.get(symbol, UNK) for symbol in self.split(text)), EOS]

    def encode_batch(self, texts):
        """Ids of each text with EOS: list of lists of int."""
        return [self.encode(text) for text in texts]

    def decode(self, ids, unknown=()):
        """Text of `ids` `[L]` up to the first EOS, without PAD and BOS.

        Each UNK, or id beyond the vocabulary, becomes the next text of `unknown`, or "<unk>" when
        none is left.
        """
        replacements = iter(unknown)
        shown = [
            self._shown[i] if i < self.size and i != UNK else next(replacements, "<unk>")
            for i in until_end(ids)
        ]
        return self.separator.join(shown)

    def get_config(self):
        """What `from_config` needs, as a dict of JSON types."""
        return {
            "class_name": "SymbolTokenizer",
            "symbols": list(self.symbols),
            "separator": self.separator,
        }

    @classmethod
    def from_config(cls, config):
        """The tokenizer that returned `config` from `get_config`."""
        return cls(config["symbols"], config["separator"])
