"""Subword tokenizers of public checkpoints, with the interface of `zoo.data.tokenizers`.

| class | checkpoints | engine |
|---|---|---|
| `SentencePieceTokenizer` | T5, FLAN-T5 | sentencepiece |
| `MarianTokenizer` | OPUS-MT | sentencepiece, and a table from pieces to ids |
| `BytePairTokenizer` | BART | tokenizers, which KerasHub builds on, too |
| `ByteT5Tokenizer` | ByT5 | KerasHub's bytes |

Padding is 0 here. Where the files say otherwise, the ids 0 and `pad_id` stand for each other: BART's `<s>` is 1, OPUS-MT's
`</s>` is its last id. `decode` ends at the end token and leaves out padding, `<s>`, `<unk>` and ids without a meaning;
sentinels stay, since an output of T5 says nothing without them.

Where we differ from transformers: `</s>`, `<pad>` and `<unk>` in a text are text, and no text can end or mask a source.
"""

import base64

import numpy as np

from zoo.data.sentinels import Sentinels
from zoo.errors import ZooError, check_positive


class SubwordTokenizer:
    """What the tokenizers of this module share.

    Attributes:
        size: int, number of ids; the model's vocabulary, which may be larger than the tokenizer's.
        start_id, end_id: int, what opens and closes a target.
        pad_id: int, padding in the files, which is exchanged with 0.
    """

    pad_id = 0

    def length(self, text):
        """int, the number of ids that `encode(text)` returns."""
        return len(self.encode(text))

    def encode(self, text):
        """Ids of `text` with its end token: list of int."""
        return self.encode_batch([text])[0]

    def unknown(self, text):
        """What of `text` becomes `<unk>`: list of str, in order of first appearance."""
        return []

    def swap(self, i):
        """An id of the files -> the id here, and back."""
        return {0: self.pad_id, self.pad_id: 0}.get(i, i)

    def until_end(self, ids):
        """The ids of `ids` `[L]` before the first end token: list of int. One that starts the ids opens the target."""
        ids = np.asarray(ids).tolist()
        return ids[: ids.index(self.end_id)] if self.end_id in ids else ids

    def check_size(self, pieces, size):
        """`size`, by default `pieces`. Raises `ZooError` where it is smaller than that."""
        size = pieces if size is None else size
        check_positive(size=size)
        if size < pieces:
            raise ZooError(
                f"the tokenizer has {pieces} ids, and the model's vocabulary only {size}"
            )
        return size


class SentencePieceTokenizer(SubwordTokenizer):
    """T5's: SentencePiece, closed by `</s>`, and sentinels `<extra_id_0>`, `<extra_id_1>`, ... counted down from the last id.

    Args:
        model: bytes of a SentencePiece model (spiece.model) with the ids `<pad>` 0 and `</s>` 1.
        extra_ids: int, number of sentinels, which the model does not hold.
        size: int, number of ids; None is pieces and sentinels.

    Raises:
        ZooError: a broken model, one with other ids, or more ids than `size`.
    """

    start_id, end_id = 0, 1

    def __init__(self, model, extra_ids=100, size=None):
        self.model, self.extra_ids, self._engine = (
            model,
            extra_ids,
            sentence_piece(model, "spiece.model"),
        )
        if (self._engine.pad_id(), self._engine.eos_id()) != (0, 1):
            raise ZooError(
                f"spiece.model must have <pad> 0 and </s> 1, and has {self._engine.pad_id()} and "
                f"{self._engine.eos_id()}"
            )
        self.pieces = self._engine.vocab_size()
        self.size = self.check_size(self.pieces + extra_ids, size)
        self._sentinels = Sentinels(extra_ids, lambda i: self.pieces + extra_ids - 1 - i)

    def encode_batch(self, texts):
        """Ids of each of `texts` with `</s>`: list of lists of int."""
        return [ids + [self.end_id] for ids in self._sentinels.encode(texts, self._engine.encode)]

    def unknown(self, text):
        return unknown_pieces(
            self._sentinels,
            self._engine,
            text,
            lambda piece: self._engine.is_unknown(self._engine.piece_to_id(piece)),
        )

    def decode(self, ids):
        """Text of `ids` `[L]` up to the first `</s>`."""
        known = [i for i in self.until_end(ids) if 2 < i < self.pieces + self.extra_ids]
        return self._sentinels.decode(known, self._engine.decode)

    def get_config(self):
        """What `from_config` needs, as a dict of JSON types."""
        return {
            "class_name": "SentencePieceTokenizer",
            "model": to_text(self.model),
            "extra_ids": self.extra_ids,
            "size": self.size,
        }

    @classmethod
    def from_config(cls, config):
        """The tokenizer that returned `config` from `get_config`."""
        return cls(from_text(config["model"]), config["extra_ids"], config["size"])


class MarianTokenizer(SubwordTokenizer):
    """OPUS-MT's: SentencePiece cuts, a table gives the ids, `</s>` closes. `>>fra<<` at the start of a text is one token.

    Args:
        model: bytes of a SentencePiece model (source.spm or target.spm).
        vocabulary: dict of piece to id, every id from 0 once, with `</s>`, `<unk>` and `<pad>` (vocab.json).
        size: int, number of ids; None is all of the vocabulary.

    Raises:
        ZooError: a broken model or vocabulary, or more ids than `size`.
    """

    start_id = 0

    def __init__(self, model, vocabulary, size=None):
        self.model, self.vocabulary = (
            model,
            check_vocabulary(vocabulary, ("</s>", "<unk>", "<pad>")),
        )
        self._engine = sentence_piece(model, "the .spm file")
        self.pad_id = vocabulary["<pad>"]
        self.end_id, self.unknown_id = self.swap(vocabulary["</s>"]), self.swap(vocabulary["<unk>"])
        self.size = self.check_size(len(vocabulary), size)
        self._ids = {piece: self.swap(i) for piece, i in vocabulary.items()}
        self._pieces = {i: piece for piece, i in self._ids.items() if i not in (0, self.unknown_id)}

    def encode_batch(self, texts):
        """Ids of each of `texts` with `</s>`: list of lists of int."""
        codes, rest = zip(*map(split_code, texts)) if texts else ((), ())
        return (
            [
                [self._ids.get(piece, self.unknown_id) for piece in [*code, *pieces]]
                + [self.end_id]
                for code, pieces in zip(codes, self._engine.encode(list(rest), out_type=str))
            ]
            if texts
            else []
        )

    def unknown(self, text):
        return list(
            dict.fromkeys(
                piece
                for piece in self._engine.encode(split_code(text)[1], out_type=str)
                if piece not in self._ids
            )
        )

    def decode(self, ids):
        """Text of `ids` `[L]` up to the first `</s>`."""
        pieces = [self._pieces[i] for i in self.until_end(ids) if i in self._pieces]
        return self._engine.decode(pieces).replace("▁", " ").strip() if pieces else ""

    def get_config(self):
        """What `from_config` needs, as a dict of JSON types."""
        return {
            "class_name": "MarianTokenizer",
            "model": to_text(self.model),
            "vocabulary": self.vocabulary,
            "size": self.size,
        }

    @classmethod
    def from_config(cls, config):
        """The tokenizer that returned `config` from `get_config`."""
        return cls(from_text(config["model"]), config["vocabulary"], config["size"])


class BytePairTokenizer(SubwordTokenizer):
    """BART's: byte pairs as in GPT-2, between `<s>` and `</s>`. `<mask>` in a text is one token.

    Args:
        vocabulary: dict of token to id, every id from 0 once, with `<s>`, `</s>` and `<pad>` (vocab.json).
        merges: list of pairs of str, the most frequent first (merges.txt).
        size: int, number of ids; None is all of the vocabulary.
        strip_mask: bool, whether white space before `<mask>` belongs to it, as in the published files.

    Raises:
        ZooError: a broken vocabulary, a merge of tokens it lacks, or more ids than `size`.
    """

    def __init__(self, vocabulary, merges, size=None, strip_mask=True):
        import tokenizers

        self.vocabulary = check_vocabulary(vocabulary, ("<s>", "</s>", "<pad>"))
        self.merges, self.strip_mask = [tuple(merge) for merge in merges], strip_mask
        try:
            self._engine = tokenizers.Tokenizer(
                tokenizers.models.BPE(vocab=vocabulary, merges=self.merges)
            )
        except Exception as error:  # the engine's errors have no class of their own
            raise ZooError(f"merges.txt does not fit vocab.json ({error})") from error
        self._engine.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
        self._engine.decoder = tokenizers.decoders.ByteLevel()
        if "<mask>" in vocabulary:
            self._engine.add_special_tokens(
                [tokenizers.AddedToken("<mask>", lstrip=strip_mask, normalized=False)]
            )
        self.pad_id = vocabulary["<pad>"]
        self.begin_id, self.start_id = self.swap(vocabulary["<s>"]), self.swap(vocabulary["</s>"])
        self.end_id, self.size = self.start_id, self.check_size(len(vocabulary), size)
        specials = ("<s>", "</s>", "<pad>", "<unk>", "<mask>")
        self._specials = {self.swap(vocabulary[token]) for token in specials if token in vocabulary}

    def encode_batch(self, texts):
        """Ids of each of `texts` between `<s>` and `</s>`: list of lists of int."""
        encoded = self._engine.encode_batch(list(texts), add_special_tokens=False)
        return [[self.begin_id, *map(self.swap, one.ids), self.end_id] for one in encoded]

    def decode(self, ids):
        """Text of `ids` `[L]` up to the first `</s>`; bytes that are no UTF-8 become U+FFFD."""
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


class ByteT5Tokenizer(SubwordTokenizer):
    """ByT5's: UTF-8 bytes from 3 on, `</s>` at the end, and sentinels `<extra_id_0>`, ... from 259 on.

    Args:
        extra_ids: int, number of sentinels.
        size: int, number of ids; None is bytes and sentinels.
    """

    start_id, end_id, first, pieces = 0, 1, 3, 259

    def __init__(self, extra_ids=125, size=None):
        self.extra_ids, self.size, self._engine = (
            extra_ids,
            self.check_size(self.pieces + extra_ids, size),
            None,
        )
        self._sentinels = Sentinels(extra_ids, lambda i: self.pieces + i)

    def encode_batch(self, texts):
        """Ids of each of `texts` with `</s>`: list of lists of int."""
        if self._engine is None:
            from keras_hub.tokenizers import ByteTokenizer

            self._engine = ByteTokenizer(lowercase=False)
        to_ids = lambda texts: [
            [self.first + byte for byte in one] for one in (self._engine(texts) if texts else [])
        ]
        return [ids + [self.end_id] for ids in self._sentinels.encode(texts, to_ids)]

    def decode(self, ids):
        """Text of `ids` `[L]` up to the first `</s>`; bytes that are no UTF-8 are left out."""
        known = [i for i in self.until_end(ids) if self.first <= i < self.pieces + self.extra_ids]
        to_text = lambda ids: bytes(i - self.first for i in ids).decode("utf-8", errors="ignore")
        return self._sentinels.decode(known, to_text, between="")

    def get_config(self):
        """What `from_config` needs, as a dict of JSON types."""
        return {"class_name": "ByteT5Tokenizer", "extra_ids": self.extra_ids, "size": self.size}

    @classmethod
    def from_config(cls, config):
        """The tokenizer that returned `config` from `get_config`."""
        return cls(config["extra_ids"], config["size"])


def sentence_piece(model, name):
    """A SentencePiece engine of a model's bytes. Raises `ZooError` for bytes that are none."""
    import sentencepiece

    try:
        return sentencepiece.SentencePieceProcessor(model_proto=model)
    except (RuntimeError, ValueError, TypeError, OSError) as error:
        raise ZooError(f"{name} is no SentencePiece model, or a broken one") from error


def unknown_pieces(sentinels, engine, text, is_unknown):
    """Pieces of a text, sentinels aside, that are unknown."""
    pieces = [
        piece
        for part in sentinels.split(text)
        if part not in sentinels.to_id
        for piece in engine.encode(part, out_type=str)
    ]
    return list(dict.fromkeys(piece for piece in pieces if is_unknown(piece)))


def check_vocabulary(vocabulary, needed):
    """Raises `ZooError` where `vocabulary`, token to id, is none, leaves an id out, or lacks a token of `needed`."""
    if not isinstance(vocabulary, dict) or not all(isinstance(i, int) for i in vocabulary.values()):
        raise ZooError("vocab.json must give every token a whole number")
    lacking = [token for token in needed if token not in vocabulary]
    absent = sorted(set(range(len(vocabulary))) - set(vocabulary.values()))
    if lacking or absent:
        what = (
            f"the token {lacking[0]}"
            if lacking
            else f"a token of id {absent[0]}, though it has {len(vocabulary)} tokens"
        )
        raise ZooError(f"vocab.json lacks {what}")
    return vocabulary


def split_code(text):
    """A text as the language code it opens with, a list of at most one, and the rest."""
    end = text.find("<<") if text.startswith(">>") else -1
    return ([text[: end + 2]], text[end + 2 :]) if end > 0 else ([], text)


def to_text(data):
    """Bytes as base64, a str."""
    return base64.b64encode(data).decode()


def from_text(text):
    """The bytes of `to_text`."""
    return base64.b64decode(text)
