"""The tokenizers of T5 and ByT5 in a graph: sentinels stand between parts of a text.

Shapes as in `zoo.export.tokenizers`.
"""

import tensorflow as tf
import tensorflow_text as tf_text

from zoo.data.tokenizers import ByteT5Tokenizer, SentencePieceTokenizer
from zoo.export.tokenizers import GraphTokenizer, byte_values, id_table, joined, unicode


class GraphSentinels(GraphTokenizer):
    """What both share. A subclass defines `part_pieces` and `part_text`.

    Attributes:
        known: str, a pattern of the sentinels; "" for a tokenizer without sentinels.
        first: int, the first id of a token that is shown.
        between: str, what stands between the parts of an output.
    """

    first: int
    between: str

    def __init__(self, tokenizer: SentencePieceTokenizer | ByteT5Tokenizer):
        super().__init__(tokenizer)
        to_id = tokenizer._sentinels.to_id or {"": -1}
        count = tokenizer.extra_ids
        self.known = f"<extra_id_({numbers_below(count)})>" if count else ""
        self.count = tokenizer.pieces + tokenizer.extra_ids
        names = [""] * tokenizer.size
        for name, i in to_id.items():
            names[i] = name
        self.names = tf.constant(names)
        self.table = id_table(to_id, to_id.values(), -1)

    def part_pieces(self, parts: tf.Tensor) -> tf.RaggedTensor:
        """Texts without sentinels, string [P] -> int32 [P, (S)]."""
        raise NotImplementedError(f"{type(self).__name__} must define part_pieces")

    def part_text(self, ids: tf.RaggedTensor) -> tf.Tensor:
        """Ids without sentinels, int32 [P, (L)] -> string [P]."""
        raise NotImplementedError(f"{type(self).__name__} must define part_text")

    def pieces(self, texts):
        parts = tf.RaggedTensor.from_tensor(texts[:, None])  # [B, (P)]
        if self.known:
            parts = tf_text.regex_split(texts, self.known, self.known)
        ids = tf.cast(self.table.lookup(parts.flat_values), tf.int32)
        is_sentinel = ids >= 0
        sentinels = tf.ragged.boolean_mask(ids[:, None], is_sentinel[:, None])
        others = self.part_pieces(tf.where(is_sentinel, "", parts.flat_values))
        return parts.with_flat_values(tf.concat([sentinels, others], 1)).merge_dims(1, 2)

    def text(self, ids):
        rows = ids.nrows()
        ids = tf.ragged.boolean_mask(ids, (ids >= self.first) & (ids < self.count))
        row, flat = ids.value_rowids(), ids.flat_values
        names = tf.gather(self.names, flat)
        is_sentinel = names != ""
        # A part is a sentinel, or the ids between two of them.
        follows = (row[1:] == row[:-1]) & ~is_sentinel[1:] & ~is_sentinel[:-1]
        begins = tf.concat([tf.ones_like(is_sentinel[:1]), ~follows], 0)
        part = tf.cumsum(tf.cast(begins, tf.int64)) - 1
        others = tf.where(is_sentinel, self.first, flat)
        others = tf.RaggedTensor.from_value_rowids(others, part, tf.math.count_nonzero(begins))
        texts = tf.where(is_sentinel[begins], names[begins], self.part_text(others))
        row = row[begins]
        # `joined` leaves out what stands beside an empty text.
        later = tf.concat([tf.zeros_like(row[:1], tf.bool), row[1:] == row[:-1]], 0)
        texts = tf.where(later, self.between, "") + texts
        return joined(tf.RaggedTensor.from_value_rowids(texts, row, rows))


def numbers_below(count):
    """A pattern of the whole numbers from 0 to `count` - 1, as they are written."""
    last = str(count - 1)
    patterns = ["0", *(f"[1-9][0-9]{{{rest}}}" for rest in range(len(last) - 1))]
    for place, digit in enumerate(last):  # numbers of as many digits that first differ there
        rest = len(last) - place - 1
        low, high = int(place == 0), int(digit) - (rest > 0)
        if low <= high:
            patterns.append(f"{last[:place]}[{low}-{high}][0-9]{{{rest}}}")
    return "|".join(patterns)


class GraphSentencePiece(GraphSentinels):
    """A `SentencePieceTokenizer`."""

    first, between = 3, " "

    def __init__(self, tokenizer: SentencePieceTokenizer):
        super().__init__(tokenizer)
        self.engine = tf_text.SentencepieceTokenizer(tokenizer.model)

    def part_pieces(self, parts):
        return self.engine.tokenize(parts)

    def part_text(self, ids):
        return self.engine.detokenize(ids)


class GraphByteT5(GraphSentinels):
    """A `ByteT5Tokenizer`."""

    first, between = ByteT5Tokenizer.first, ""

    def __init__(self, tokenizer: ByteT5Tokenizer):
        super().__init__(tokenizer)
        self.shown = tf.constant([bytes([i]) for i in range(256)])

    def part_pieces(self, parts):
        return byte_values(parts, self.first)

    def part_text(self, ids):
        return unicode(joined(tf.gather(self.shown, ids - self.first)), "ignore")
