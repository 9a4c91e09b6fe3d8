"""Pieces of words that are learnt from a text, so that a fixed vocabulary covers every word."""

import contextlib
import contextvars
import hashlib
import io
import json
import re

from zoo.data.tokenizers.special_ids import BOS, EOS, PAD, UNK
from zoo.data.tokenizers.subword import SubwordTokenizer, from_text, sentence_piece, to_text
from zoo.errors import ZooError, check_choice, check_positive

KINDS = ("bpe", "unigram")
MOST = 1_000_000  # pieces; published vocabularies have at most 256,000
BLANK = "\u2581"  # what SentencePiece puts in place of a blank
UNKNOWN = "\u2585"  # its trainer's own mark of what it does not know
# Noncharacters of Unicode, which stand for what SentencePiece would change; see `escaped`.
ESCAPE, OWN_BLANK, NOTHING, OWN_UNKNOWN = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
SPECIAL = re.compile("<(?=(?:pad|s|/s|unk)>)")
# Tokenizers that need not be learnt again, by what they were learnt from; see `learnt_already`.
_known: contextvars.ContextVar[dict] = contextvars.ContextVar("known", default={})  # noqa: B039
CHANGED = re.compile(f"[{BLANK}{UNKNOWN}{ESCAPE}{OWN_BLANK}{OWN_UNKNOWN}{NOTHING}]")


class PieceTokenizer(SubwordTokenizer):
    """SentencePiece with the ids of the zoo: PAD 0, BOS 1, EOS 2, UNK 3, and pieces from 4 on.

    `decode(encode(text)) == text` for every text that has only characters of the training text.
    That includes "<s>" and "▁", which SentencePiece alone would change. `unknown` names the
    characters that the training text lacks.

    Args:
        model: bytes of a SentencePiece model; `from_texts` trains one.
        learnt_from: str, the SHA-256 of the texts and options of `from_texts`, or None if the model
            comes from elsewhere.

    Raises:
        ZooError: a broken model, or one whose special ids differ from these.

    Source: https://arxiv.org/abs/1808.06226
    """

    FIELDS = {"model": str}
    start_id, end_id = BOS, EOS

    def __init__(self, model, learnt_from=None):
        self.model = model
        self.learnt_from = learnt_from
        self._engine = sentence_piece(model, "the model of pieces")
        engine = self._engine
        ids = (engine.pad_id(), engine.bos_id(), engine.eos_id(), engine.unk_id())
        if ids != (PAD, BOS, EOS, UNK):
            raise ZooError("a model of pieces must have the ids PAD 0, BOS 1, EOS 2 and UNK 3")
        self.size = engine.vocab_size()
        self._parts_specials = engine.piece_to_id(NOTHING) != UNK

    @classmethod
    def from_texts(cls, texts, size, kind="bpe", exact=True):
        """Trains a tokenizer of `size` ids. The same texts in the same order give the same one.

        Inside a block of `learnt_already`, one of its tokenizers is given instead if it was learnt
        from these texts.

        Args:
            texts: iterable of str.
            size: int, number of ids, the four special ones included.
            kind: "bpe" (Sennrich et al. 2016) or "unigram" (Kudo 2018).
            exact: bool, False makes fewer ids if the texts cannot fill the size.

        Raises:
            ZooError: no text; a size that cannot hold the characters of the texts; or, if the size
                is exact, one that the texts cannot fill.
        """
        import sentencepiece

        check_positive(size=size)
        check_choice(KINDS, kind=kind)
        if size > MOST:
            raise ZooError(f"a vocabulary has at most {MOST:,} pieces, got {size:,}")
        texts = list(texts)
        learnt_from = digest(texts, size, kind, exact)
        if learnt_from in _known.get():
            return cls(_known.get()[learnt_from], learnt_from)
        model = io.BytesIO()
        try:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=map(escaped, texts),
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
            raise ZooError(f"cannot make {size} pieces of these texts: {reason(error)}") from None
        return cls(model.getvalue(), learnt_from)

    def encode_batch(self, texts):
        """Ids of each text with EOS: list of lists of int."""
        return [ids + [EOS] for ids in self._engine.encode([self._safe(text) for text in texts])]

    def unknown(self, text):
        """The pieces of `text` that become UNK: list of str, each once, in order."""
        text = self._safe(text)
        ids = self._engine.encode(text)
        pieces = self._engine.encode(text, out_type=str)
        return list(dict.fromkeys(unescaped(p) for i, p in zip(ids, pieces) if i == UNK))

    def decode(self, ids):
        """Text of `ids` `[L]` up to the first EOS, without PAD and BOS.

        UNK and ids beyond the vocabulary become "<unk>".
        """
        pieces = [
            self._engine.id_to_piece(i) if UNK < i < self.size else "<unk>"
            for i in self.until_end(ids)
            if i not in (PAD, BOS)
        ]
        return unescaped("".join(pieces).replace(BLANK, " ").removeprefix(" "))

    def get_config(self):
        """What `from_config` needs, as a dict of JSON types."""
        return {"class_name": "PieceTokenizer", "model": to_text(self.model)}

    @classmethod
    def from_config(cls, config):
        """The tokenizer that returned `config` from `get_config`."""
        return cls(from_text(config["model"]))

    def _safe(self, text):
        return escaped(text, self._parts_specials)


@contextlib.contextmanager
def learnt_already(tokenizers):
    """`from_texts` learns none of these again inside the `with` block.

    Args:
        tokenizers: dict of `learnt_from` to a `PieceTokenizer`.
    """
    models = {digest: tokenizer.model for digest, tokenizer in tokenizers.items()}
    token = _known.set(models)
    try:
        yield
    finally:
        _known.reset(token)


def digest(texts, *options):
    """SHA-256 of what decides the pieces that are learnt."""
    found = hashlib.sha256(json.dumps(options).encode())
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        found.update(b"%d:" % len(data) + data)
    return found.hexdigest()


def escaped(text, part_specials=True):
    """Rewrites what SentencePiece would change; nearly every text is returned as it is.

    SentencePiece reads "▁" as a blank, and its trainer skips texts with "▅", and "<s>", "</s>",
    "<pad>" and "<unk>".

    Args:
        text: str.
        part_specials: bool, whether to part those four after their first character. A model that
            met none of them in training encodes them as the plain characters they are.
    """
    if CHANGED.search(text):
        for character in (ESCAPE, OWN_BLANK, OWN_UNKNOWN, NOTHING):
            text = text.replace(character, ESCAPE + character)
        text = text.replace(BLANK, OWN_BLANK).replace(UNKNOWN, OWN_UNKNOWN)
    return SPECIAL.sub("<" + NOTHING, text) if part_specials and "<" in text else text


def unescaped(text):
    """The text that `escaped` rewrote."""
    if not CHANGED.search(text):
        return text
    kept = []
    characters = iter(text)
    for character in characters:
        if character == ESCAPE:
            kept.append(next(characters, ""))
        elif character == OWN_BLANK:
            kept.append(BLANK)
        elif character == OWN_UNKNOWN:
            kept.append(UNKNOWN)
        elif character != NOTHING:
            kept.append(character)
    return "".join(kept)


def reason(error):
    """Why SentencePiece cannot train, in a user's words if they are known."""
    told = str(error).strip().splitlines()[-1]
    if "sentences_.empty()" in told:
        return "they are empty"
    if "unk_piece()" in told:
        return "the special ids alone take 4; raise the vocabulary"
    if needed := re.search(r"required_chars\. \d+ vs (\d+)", told):
        return f"their characters alone take {int(needed[1]):,}; raise the vocabulary"
    if most := re.search(r"a value <= (\d+)", told):
        return f"they fill at most {int(most[1]):,}; lower the vocabulary"
    return told
