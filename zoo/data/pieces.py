"""Pieces of words that are learnt from a text, so that a vocabulary of fixed size has no unknown word."""

import io

from zoo.data.subword import SubwordTokenizer, from_text, sentence_piece, to_text
from zoo.data.tokenizers import BOS, EOS, PAD, UNK
from zoo.errors import ZooError, check_choice, check_positive

KINDS = ("bpe", "unigram")


class PieceTokenizer(SubwordTokenizer):
    """SentencePiece with the ids of `zoo.data.tokenizers`: PAD 0, BOS 1, EOS 2, UNK 3, and pieces from 4 on.

    Texts are taken as they are: `decode(encode(text)) == text` for all whose characters the training text has, and which
    have no blanks at their ends.

    Args:
        model: bytes of a SentencePiece model; `from_texts` trains one.

    Raises:
        ZooError: a broken model, or one with other ids.

    Source: https://arxiv.org/abs/1808.06226
    """

    start_id, end_id = BOS, EOS

    def __init__(self, model):
        self.model, self._engine = model, sentence_piece(model, "the model of pieces")
        engine = self._engine
        if (engine.pad_id(), engine.bos_id(), engine.eos_id(), engine.unk_id()) != (
            PAD,
            BOS,
            EOS,
            UNK,
        ):
            raise ZooError("a model of pieces must have the ids PAD 0, BOS 1, EOS 2 and UNK 3")
        self.size = engine.vocab_size()

    @classmethod
    def from_texts(cls, texts, size, kind="bpe", exact=True):
        """A tokenizer of `size` ids, trained on texts; the same texts in the same order give the same one.

        Args:
            texts: iterable of str.
            size: int, number of ids, the four specials included.
            kind: "bpe" (Sennrich et al. 2016) or "unigram" (Kudo 2018).
            exact: bool, False makes fewer ids of texts that cannot fill the size.

        Raises:
            ZooError: no text, or a size that the texts cannot fill, where it is exact, or that does not hold their characters.
        """
        import sentencepiece

        check_positive(size=size)
        check_choice(KINDS, kind=kind)
        model = io.BytesIO()
        try:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=iter(texts),
                model_writer=model,
                vocab_size=size,
                model_type=kind,
                character_coverage=1.0,
                normalization_rule_name="identity",
                remove_extra_whitespaces=False,
                num_threads=1,
                minloglevel=3,
                max_sentence_length=1 << 20,
                hard_vocab_limit=exact,
                pad_id=PAD,
                bos_id=BOS,
                eos_id=EOS,
                unk_id=UNK,
            )
        except RuntimeError as error:
            reason = str(error).strip().splitlines()[-1]
            raise ZooError(f"cannot make {size} pieces of these texts: {reason}") from None
        return cls(model.getvalue())

    def encode_batch(self, texts):
        """Ids of each of `texts` with EOS: list of lists of int."""
        return [ids + [EOS] for ids in self._engine.encode(list(texts))]

    def unknown(self, text):
        ids, pieces = self._engine.encode(text), self._engine.encode(text, out_type=str)
        return list(dict.fromkeys(piece for i, piece in zip(ids, pieces) if i == UNK))

    def decode(self, ids):
        """Text of `ids` `[L]` up to the first EOS, without PAD and BOS; UNK and ids above the size are "<unk>"."""
        pieces = [
            self._engine.id_to_piece(i) if UNK < i < self.size else "<unk>"
            for i in self.until_end(ids)
            if i not in (PAD, BOS)
        ]
        return "".join(pieces).replace("\u2581", " ").removeprefix(" ")

    def get_config(self):
        """What `from_config` needs, as a dict of JSON types."""
        return {"class_name": "PieceTokenizer", "model": to_text(self.model)}

    @classmethod
    def from_config(cls, config):
        """The tokenizer that returned `config` from `get_config`."""
        return cls(from_text(config["model"]))
