"""The tokenizer of T5 and FLAN-T5."""

from zoo.data.tokenizers.sentinels import Sentinels
from zoo.data.tokenizers.subword import SubwordTokenizer, from_text, sentence_piece, to_text
from zoo.errors import ZooError


class SentencePieceTokenizer(SubwordTokenizer):
    """T5's: SentencePiece, closed by `</s>`, with sentinels that count down from the last id.

    Args:
        model: bytes of a SentencePiece model (spiece.model) with the ids `<pad>` 0 and `</s>` 1.
        extra_ids: int, number of sentinels `<extra_id_0>`, ..., which the model does not hold.
        size: int, number of ids; None for pieces and sentinels.

    Raises:
        ZooError: a broken model, one whose special ids differ, or more ids than `size`.
    """

    FIELDS = {"model": str, "extra_ids": int, "size": int}
    start_id, end_id = 0, 1

    def __init__(self, model, extra_ids=100, size=None):
        self.model = model
        self.extra_ids = extra_ids
        self._engine = sentence_piece(model, "spiece.model")
        if (self._engine.pad_id(), self._engine.eos_id()) != (0, 1):
            raise ZooError(
                f"spiece.model must have <pad> 0 and </s> 1, and has {self._engine.pad_id()} and "
                f"{self._engine.eos_id()}"
            )
        self.pieces = self._engine.vocab_size()
        self._sentinels = Sentinels(extra_ids, lambda i: self.pieces + extra_ids - 1 - i)
        self.size = self.check_size(self.pieces + extra_ids, size)

    def encode_batch(self, texts):
        """Ids of each text with `</s>`: list of lists of int."""
        return [ids + [self.end_id] for ids in self._sentinels.encode(texts, self._engine.encode)]

    def unknown(self, text):
        """The pieces of `text` that become `<unk>`: list of str, each once, in order."""
        unknown = []
        for part in self._sentinels.split(text):
            if part in self._sentinels.to_id:
                continue
            for piece in self._engine.encode(part, out_type=str):
                if self._engine.is_unknown(self._engine.piece_to_id(piece)):
                    unknown.append(piece)
        return list(dict.fromkeys(unknown))

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
