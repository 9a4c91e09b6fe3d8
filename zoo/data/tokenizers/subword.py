"""What the subword tokenizers share: those of public checkpoints, and pieces that are learnt.

| class | checkpoints | engine |
|---|---|---|
| `SentencePieceTokenizer` | T5, FLAN-T5 | sentencepiece |
| `MarianTokenizer` | OPUS-MT | sentencepiece, and a table from pieces to ids |
| `BytePairTokenizer` | BART | tokenizers, on which KerasHub builds, too |
| `GPT2Tokenizer`, `WhisperTokenizer` | GPT-2, Whisper | the same |
| `ByteT5Tokenizer` | ByT5 | KerasHub's bytes |

Padding is 0 in the zoo. If a checkpoint's files use another id, that id and 0 are exchanged:
BART's `<s>` becomes 1, and OPUS-MT's `</s>` becomes its last id. GPT-2's and Whisper's files have
no padding: it gets the id after the last one, which is exchanged with 0, too. `decode` stops at the
end token and drops padding, `<s>`, `<unk>` and ids without a meaning. Sentinels stay, because an
output of T5 says nothing without them.

Where we differ from transformers: `</s>`, `<pad>` and `<unk>` in a text are plain text there, so
that no text can end or mask a source.
"""

import base64
import binascii

import numpy as np

from zoo.errors import ZooError, check_positive, first_line


class SubwordTokenizer:
    """The part that all subword tokenizers share.

    Attributes:
        size: int, number of ids: the model's vocabulary, which may exceed the tokenizer's.
        start_id, end_id: int, what opens and closes a target.
        pad_id: int, padding in the checkpoint's files, which is exchanged with 0.
    """

    pad_id = 0

    def length(self, text):
        """int, the number of ids that `encode(text)` returns."""
        return len(self.encode(text))

    def encode(self, text):
        """Ids of `text` with its end token: list of int."""
        return self.encode_batch([text])[0]

    def unknown(self, text):
        """The parts of `text` that become `<unk>`: list of str, each once, in order."""
        return []

    def swap(self, i):
        """Turns an id of the files into ours, and back."""
        return {0: self.pad_id, self.pad_id: 0}.get(i, i)

    def until_end(self, ids):
        """The ids of `ids` `[L]` before the first end token: list of int."""
        ids = np.asarray(ids).tolist()
        return ids[: ids.index(self.end_id)] if self.end_id in ids else ids

    def check_size(self, pieces, size):
        """Returns `size`, or `pieces` if it is None. Raises `ZooError` if `size` is too small."""
        size = pieces if size is None else size
        check_positive(size=size)
        if size < pieces:
            raise ZooError(
                f"the tokenizer has {pieces} ids, and the model's vocabulary only {size}"
            )
        return size


def sentence_piece(model, name):
    """The SentencePiece engine of a model's bytes.

    Raises:
        ZooError: the bytes are not a model. The message calls them `name`.
    """
    import sentencepiece

    try:
        return sentencepiece.SentencePieceProcessor(model_proto=model)
    except (RuntimeError, ValueError, TypeError, OSError) as error:
        raise ZooError(f"{name} is not a SentencePiece model, or it is broken") from error


def byte_pairs(vocabulary, merges):
    """The engine of byte pairs as in GPT-2 (Radford et al. 2019, section 2.2).

    Args:
        vocabulary: dict of token to id.
        merges: list of pairs of str, the most frequent first.

    Raises:
        ZooError: a merge of tokens that the vocabulary lacks.
    """
    import tokenizers

    try:
        engine = tokenizers.Tokenizer(tokenizers.models.BPE(vocab=vocabulary, merges=merges))
    except Exception as error:  # the engine's errors have no class of their own
        raise ZooError(f"merges.txt does not fit vocab.json ({first_line(error)})") from error
    engine.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    engine.decoder = tokenizers.decoders.ByteLevel()
    return engine


def check_vocabulary(vocabulary, needed):
    """Returns `vocabulary`, a dict of token to id.

    Raises:
        ZooError: it is not such a dict, skips an id, or lacks a token of `needed`.
    """
    if not isinstance(vocabulary, dict) or not all(type(i) is int for i in vocabulary.values()):
        raise ZooError("vocab.json must give every token a whole number")
    if not all(isinstance(token, str) for token in vocabulary):
        raise ZooError("vocab.json must have texts as tokens")
    lacking = [token for token in needed if token not in vocabulary]
    if lacking:
        raise ZooError(f"vocab.json lacks the token {lacking[0]}")
    absent = sorted(set(range(len(vocabulary))) - set(vocabulary.values()))
    if absent:
        raise ZooError(
            f"vocab.json lacks a token of id {absent[0]}, though it has {len(vocabulary)} tokens"
        )
    return vocabulary


def to_text(data):
    """Bytes as base64, a str."""
    return base64.b64encode(data).decode()


def from_text(text):
    """The bytes of `to_text`. Raises `ZooError` for a text that is not base64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ZooError("the tokenizer's model is not base64") from None
