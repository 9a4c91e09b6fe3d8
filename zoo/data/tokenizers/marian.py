"""The tokenizer of OPUS-MT, whose models are Marian's."""

from zoo.data.tokenizers.subword import (
    SubwordTokenizer,
    check_vocabulary,
    from_text,
    sentence_piece,
    to_text,
)


class MarianTokenizer(SubwordTokenizer):
    """OPUS-MT's: SentencePiece cuts the text, a table gives the ids, and `</s>` closes.

    A language code such as `>>fra<<` at the start of a text is one token.

    Args:
        model: bytes of a SentencePiece model (source.spm or target.spm).
        vocabulary: dict of piece to id, each id from 0 on once, with `</s>`, `<unk>` and `<pad>`
            (vocab.json).
        size: int, number of ids; None for the whole vocabulary.

    Raises:
        ZooError: a broken model or vocabulary, or more ids than `size`.
    """

    FIELDS = {"model": str, "vocabulary": {...: int}, "size": int}
    start_id = 0

    def __init__(self, model, vocabulary, size=None):
        self.model = model
        self.vocabulary = check_vocabulary(vocabulary, ("</s>", "<unk>", "<pad>"))
        self._engine = sentence_piece(model, "the .spm file")
        self.pad_id = vocabulary["<pad>"]
        self.end_id = self.swap(vocabulary["</s>"])
        self.unknown_id = self.swap(vocabulary["<unk>"])
        self.size = self.check_size(len(vocabulary), size)
        self._ids = {piece: self.swap(i) for piece, i in vocabulary.items()}
        self._pieces = {i: piece for piece, i in self._ids.items() if i not in (0, self.unknown_id)}

    def encode_batch(self, texts):
        """Ids of each text with `</s>`: list of lists of int."""
        if not texts:
            return []
        codes, rest = zip(*map(split_code, texts))
        encoded = []
        for code, pieces in zip(codes, self._engine.encode(list(rest), out_type=str)):
            ids = [self._ids.get(piece, self.unknown_id) for piece in [*code, *pieces]]
            encoded.append(ids + [self.end_id])
        return encoded

    def unknown(self, text):
        """The pieces of `text` that become `<unk>`: list of str, each once, in order."""
        pieces = self._engine.encode(split_code(text)[1], out_type=str)
        return list(dict.fromkeys(piece for piece in pieces if piece not in self._ids))

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


def split_code(text):
    """A text as its language code, a list of at most one, and the rest."""
    end = text.find("<<") if text.startswith(">>") else -1
    return ([text[: end + 2]], text[end + 2 :]) if end > 0 else ([], text)
