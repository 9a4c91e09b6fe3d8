"""Text to token ids and back: a closed set of symbols, or the bytes of open text.

Ids are the same everywhere: PAD 0, BOS 1, EOS 2, UNK 3, and symbols from 4 on. `encode` closes a sequence with EOS.

`SymbolTokenizer` is a thin layer over KerasHub's WordPieceTokenizer fed with symbols that are split already, so no
piece is ever cut. It round-trips 5,000 random Unicode symbols, and encodes the 126,052 words of CMUdict (944,046
characters) in 1.5 to 2.0 s on two CPU cores, where a Python dictionary takes 0.3 s. KerasHub's
UnicodeCodepointTokenizer does not fit: its ids are code points, so the vocabulary is as large as the highest one.
KerasHub is imported by the first `encode`; sizes, lengths and `decode` do without it.
"""

import importlib

import numpy as np

from zoo.errors import ZooError, check_choice

PAD, BOS, EOS, UNK = range(4)
SYMBOLS_FROM = 4
# A symbol never holds a blank, so these names collide with no symbol of a text.
SPECIALS = ("[ PAD ]", "[ BOS ]", "[ EOS ]", "[ UNK ]")
MAX_SYMBOL_BYTES = 100  # WordPiece takes anything longer for unknown.


class SymbolTokenizer:
    """Tokenizes text into a closed set of symbols, such as letters or phonemes.

    Args:
        symbols: sequence of distinct str; symbol `i` has id `4 + i`.
        separator: "" when every character is a symbol, " " when symbols stand between white space.

    Raises:
        ZooError: a symbol that is empty, repeated, holds white space where white space separates, is longer than one
            character where nothing separates, starts with "##", or is longer than 100 bytes.
        UnknownName: another separator.

    Example:
        >>> tokenizer = SymbolTokenizer(["a", "b"], separator="")
        >>> tokenizer.encode("ab?")
        [4, 5, 3, 2]
        >>> tokenizer.decode([4, 5, 3, 2, 0])
        'ab<unk>'
    """

    start_id, end_id = BOS, EOS

    def __init__(self, symbols, separator):
        check_choice(("", " "), separator=separator)
        self.symbols, self.separator = tuple(symbols), separator
        self._known = frozenset(self.symbols)
        if len(self._known) != len(self.symbols):
            raise ZooError("the symbols of a tokenizer must differ, and at least one is repeated")
        for symbol in self.symbols:
            if not isinstance(symbol, str) or self.split(symbol) != [symbol]:
                kind = "a single character" if separator == "" else "a text without white space"
                raise ZooError(f"a symbol must be {kind}, got {symbol!r}")
            if (
                len(symbol) > 2
                and symbol.startswith("##")
                or len(symbol.encode()) > MAX_SYMBOL_BYTES
            ):
                raise ZooError(
                    f"a symbol must not start with '##' or exceed {MAX_SYMBOL_BYTES} bytes, got {symbol!r}"
                )
        self._shown = ("", "", "", "<unk>", *self.symbols)
        self._word_piece = None

    @classmethod
    def from_texts(cls, texts, separator):
        """A tokenizer of every symbol of `texts`, sorted. Raises as the constructor does."""
        check_choice(("", " "), separator=separator)
        symbols = set()
        for text in texts:
            symbols.update(text if separator == "" else text.split())
        return cls(sorted(symbols), separator)

    @property
    def size(self):
        """int, number of ids, the four specials included."""
        return SYMBOLS_FROM + len(self.symbols)

    def split(self, text):
        """The symbols of `text` as a list of str, known or not."""
        return list(text) if self.separator == "" else text.split()

    def length(self, text):
        """int, the number of ids that `encode(text)` returns, EOS included."""
        return len(self.split(text)) + 1

    def unknown(self, text):
        """The symbols of `text` that are not in the vocabulary: list of str, in order of first appearance."""
        return [symbol for symbol in dict.fromkeys(self.split(text)) if symbol not in self._known]

    def encode(self, text):
        """Ids of `text` with EOS: list of int. An unknown symbol becomes UNK."""
        return self.encode_batch([text])[0]

    def encode_batch(self, texts):
        """Ids of each of `texts` with EOS: list of lists of int. Much faster than one `encode` a text."""
        import tensorflow as tf

        pieces = [[*self.split(text), SPECIALS[EOS]] for text in texts]
        if not pieces:
            return []
        if self._word_piece is None:
            from keras_hub.tokenizers import WordPieceTokenizer

            self._word_piece = WordPieceTokenizer(
                vocabulary=[*SPECIALS, *self.symbols],
                oov_token=SPECIALS[UNK],
                split=False,
                lowercase=False,
                strip_accents=False,
            )
        flat = tf.constant([piece for text in pieces for piece in text])
        return self._word_piece(
            tf.RaggedTensor.from_row_lengths(flat, [len(text) for text in pieces])
        )

    def decode(self, ids, unknown=()):
        """Text of `ids` `[L]` up to the first EOS, without PAD and BOS.

        UNK and ids above the size are "<unk>", or where `unknown` is given, the symbols that it has for each in turn.
        """
        symbols = iter(unknown)
        shown = [
            self._shown[i] if i < self.size and i != UNK else next(symbols, "<unk>")
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


class ByteTokenizer:
    """Tokenizes any text into its UTF-8 bytes, each shifted by the four specials: 260 ids and nothing unknown.

    Example:
        >>> ByteTokenizer().encode("hi")
        [108, 109, 2]
    """

    size = SYMBOLS_FROM + 256
    start_id, end_id = BOS, EOS

    def __init__(self):
        self._bytes = None

    @classmethod
    def from_texts(cls, texts=(), separator=""):
        """A byte tokenizer; it is the same for all texts. The arguments are those of `SymbolTokenizer.from_texts`."""
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
        """Ids of each of `texts` with EOS: list of lists of int."""
        texts = list(texts)
        if not texts:
            return []
        return [[SYMBOLS_FROM + byte for byte in text] + [EOS] for text in self._hub()(texts)]

    def decode(self, ids):
        """Text of `ids` `[L]` up to the first EOS, without PAD and BOS; bytes that are no UTF-8 become U+FFFD.

        UNK and ids above the vocabulary are "<unk>", as in `SymbolTokenizer`.
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


# Class to module; those of public checkpoints are imported when one is asked for.
TOKENIZERS = {
    "SymbolTokenizer": __name__,
    "ByteTokenizer": __name__,
    "PieceTokenizer": "zoo.data.pieces",
} | dict.fromkeys(
    ("SentencePieceTokenizer", "MarianTokenizer", "BytePairTokenizer", "ByteT5Tokenizer"),
    "zoo.data.subword",
)


def tokenizer_from_config(config):
    """The tokenizer of a `get_config()` dict. Raises `UnknownName` when its class is not in `TOKENIZERS`."""
    check_choice(TOKENIZERS, class_name=config.get("class_name"))
    module = importlib.import_module(TOKENIZERS[config["class_name"]])
    return getattr(module, config["class_name"]).from_config(config)


def until_end(ids):
    """The ids of `ids` `[L]` before the first EOS, without PAD and BOS: list of int."""
    kept = []
    for i in np.asarray(ids).tolist():
        if i == EOS:
            break
        if i not in (PAD, BOS):
            kept.append(i)
    return kept
