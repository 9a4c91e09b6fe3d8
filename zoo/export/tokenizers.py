"""The zoo's tokenizers as operations of TensorFlow and tensorflow-text, for a SavedModel.

B texts, S tokens, N outputs, L tokens of an output. Ids are those of the tokenizer that is carried.
"""

from typing import Any

import tensorflow as tf
import tensorflow_text as tf_text

from zoo.data.tokenizers import (
    BOS,
    SYMBOLS_FROM,
    UNK,
    ByteTokenizer,
    DecomposedTokenizer,
    MarianTokenizer,
    PieceTokenizer,
    SymbolTokenizer,
)
from zoo.data.tokenizers.pieces import BLANK, ESCAPE, NOTHING, OWN_BLANK, OWN_UNKNOWN, UNKNOWN
from zoo.errors import ZooError
from zoo.seq2seq import PAD_ID

# White space as `str.split` and `str.strip` see it.
SPACE = (
    r"[\x09-\x0d\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}"
    r"\x{3000}]"
)
KEPT_AS_TEXT = "<(pad|s|/s|unk)>"  # what SentencePiece's trainer skips; see `pieces.escaped`


class GraphTokenizer(tf.Module):
    """A tokenizer in a graph.

    Args:
        tokenizer: as in `zoo.data.tokenizers`.
    """

    def __init__(self, tokenizer: Any):
        super().__init__()
        self.end_id = tokenizer.end_id

    def pieces(self, texts: tf.Tensor) -> tf.RaggedTensor:
        """string [B] -> ids int32 [B, (S)], without the end token."""
        raise NotImplementedError(f"{type(self).__name__} must define pieces")

    def text(self, ids: tf.RaggedTensor) -> tf.Tensor:
        """ids int32 [N, (L)], without padding and end tokens -> string [N]."""
        raise NotImplementedError(f"{type(self).__name__} must define text")

    def encode(self, texts: tf.Tensor) -> tf.Tensor:
        """string [B] -> ids int32 [B, S], each row closed by the end token and padded with 0."""
        ids = self.pieces(texts)
        end = tf.fill([tf.size(texts), 1], self.end_id)
        return tf.concat([ids, end], 1).to_tensor(PAD_ID)

    def decode(self, ids: tf.Tensor) -> tf.Tensor:
        """ids int32 [N, L] up to the first end token or padding -> string [N]."""
        ends = tf.logical_or(ids == self.end_id, ids == PAD_ID)
        before = tf.cumsum(tf.cast(ends, tf.int32), axis=1) == 0
        return self.text(tf.ragged.boolean_mask(ids, before))


class GraphSymbols(GraphTokenizer):
    """A `SymbolTokenizer`, or a `DecomposedTokenizer`, which is one behind Unicode's NFD."""

    def __init__(self, tokenizer: SymbolTokenizer):
        super().__init__(tokenizer)
        self.separator = tokenizer.separator
        self.decomposed = isinstance(tokenizer, DecomposedTokenizer)
        symbols = list(tokenizer.symbols)
        self.table = id_table(symbols, range(SYMBOLS_FROM, SYMBOLS_FROM + len(symbols)), UNK)
        self.shown = tf.constant(["", "", "", "<unk>", *symbols])

    def pieces(self, texts):
        if self.decomposed:
            texts = tf_text.normalize_utf8(texts, "NFD")
        if self.separator == "":
            found = tf.strings.unicode_split(texts, "UTF-8")
        else:
            found = tf.strings.split(tf.strings.regex_replace(texts, SPACE, " "))
        return found.with_flat_values(tf.cast(self.table.lookup(found.flat_values), tf.int32))

    def text(self, ids):
        texts = joined(shown_tokens(ids, self.shown), self.separator)
        return tf_text.normalize_utf8(texts, "NFC") if self.decomposed else texts


class GraphBytes(GraphTokenizer):
    """A `ByteTokenizer`."""

    def __init__(self, tokenizer: ByteTokenizer):
        super().__init__(tokenizer)
        # KerasHub leaves out the byte 0.
        shown = [b"<unk>"] * SYMBOLS_FROM + [b"", *(bytes([i]) for i in range(1, 256))]
        self.shown = tf.constant(shown)

    def pieces(self, texts):
        return byte_values(texts, SYMBOLS_FROM)

    def text(self, ids):
        return unicode(joined(shown_tokens(ids, self.shown)), "replace")


class GraphPieces(GraphTokenizer):
    """A `PieceTokenizer`."""

    def __init__(self, tokenizer: PieceTokenizer):
        super().__init__(tokenizer)
        engine = tokenizer._engine
        shown = [engine.id_to_piece(i) for i in range(tokenizer.size)]
        shown[UNK] = "<unk>"
        if any(ESCAPE in piece for piece in shown):
            raise ZooError(
                "the format savedmodel cannot carry this tokenizer: its pieces have the character "
                "U+FDD0, which no operation of TensorFlow takes out again"
            )
        self.shown = tf.constant(shown)
        self.part_specials = tokenizer._parts_specials
        self.engine = tf_text.SentencepieceTokenizer(tokenizer.model)

    def pieces(self, texts):
        for character in (ESCAPE, OWN_BLANK, OWN_UNKNOWN, NOTHING):
            texts = tf.strings.regex_replace(texts, character, ESCAPE + character)
        texts = tf.strings.regex_replace(texts, BLANK, OWN_BLANK)
        texts = tf.strings.regex_replace(texts, UNKNOWN, OWN_UNKNOWN)
        if self.part_specials:
            texts = tf.strings.regex_replace(texts, KEPT_AS_TEXT, f"<{NOTHING}\\1>")
        return self.engine.tokenize(texts)

    def text(self, ids):
        texts = joined(shown_tokens(ids, self.shown))
        texts = tf.strings.regex_replace(texts, BLANK, " ")
        texts = tf.strings.regex_replace(texts, "^ ", "", replace_global=False)
        texts = tf.strings.regex_replace(texts, OWN_BLANK, BLANK)
        texts = tf.strings.regex_replace(texts, OWN_UNKNOWN, UNKNOWN)
        return tf.strings.regex_replace(texts, NOTHING, "")


class GraphMarian(GraphTokenizer):
    """A `MarianTokenizer`."""

    def __init__(self, tokenizer: MarianTokenizer):
        super().__init__(tokenizer)
        known = tokenizer._pieces
        self.table = id_table(list(tokenizer._ids), tokenizer._ids.values(), tokenizer.unknown_id)
        self.shown = tf.constant([known.get(i, "") for i in range(tokenizer.size)])
        self.known = tf.constant([i in known for i in range(tokenizer.size)])
        self.engine = tf_text.SentencepieceTokenizer(tokenizer.model, out_type=tf.string)

    def pieces(self, texts):
        code = tf.strings.regex_replace(texts, "(?s)^(>>.*?<<)?.*$", r"\1", replace_global=False)
        rest = tf.strings.regex_replace(texts, "(?s)^>>.*?<<", "", replace_global=False)
        codes = tf.ragged.boolean_mask(code[:, None], (code != "")[:, None])
        found = tf.concat([codes, self.engine.tokenize(rest)], 1)
        return found.with_flat_values(tf.cast(self.table.lookup(found.flat_values), tf.int32))

    def text(self, ids):
        ids = tf.ragged.boolean_mask(ids, ids < tf.size(self.known))
        ids = tf.ragged.boolean_mask(ids, tf.gather(self.known, ids))
        texts = self.engine.detokenize(tf.gather(self.shown, ids))
        texts = tf.strings.regex_replace(texts, BLANK, " ")
        return tf.strings.regex_replace(texts, f"^{SPACE}+|{SPACE}+$", "")


def id_table(tokens, ids, default):
    """A table from tokens to ids, in which an unknown token has the id `default`."""
    keys = tf.constant(list(tokens))
    values = tf.constant(list(ids), tf.int64)
    return tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(keys, values), default)


def byte_values(texts, first):
    """string [B] -> `first` + the value of each byte, int32 [B, (S)]."""
    found = tf.strings.bytes_split(texts)
    values = tf.io.decode_raw(found.flat_values, tf.uint8, fixed_length=1)[:, 0]
    return found.with_flat_values(first + tf.cast(values, tf.int32))


def shown_tokens(ids, shown):
    """int32 [N, (L)] -> string [N, (L)], without BOS; an id beyond the vocabulary is as UNK."""
    ids = tf.ragged.boolean_mask(ids, ids != BOS)
    known = tf.where(ids.flat_values < tf.size(shown), ids.flat_values, UNK)
    return ids.with_flat_values(tf.gather(shown, known))


def joined(tokens, separator=""):
    """string [N, (L)] -> string [N]."""
    return tf.strings.reduce_join(tokens, axis=1, separator=separator)


def unicode(texts, errors):
    """Bytes as UTF-8, with what is not UTF-8 replaced by U+FFFD or, with "ignore", left out."""
    return tf.strings.unicode_transcode(texts, "UTF-8", "UTF-8", errors=errors)
