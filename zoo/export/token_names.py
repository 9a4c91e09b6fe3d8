"""The tokens of a tokenizer by name, for programs that read and write tokens instead of ids."""

from typing import Any

from zoo.data.tokenizers import (
    BytePairTokenizer,
    ByteT5Tokenizer,
    ByteTokenizer,
    GPT2Tokenizer,
    MarianTokenizer,
    PieceTokenizer,
    SentencePieceTokenizer,
    SymbolTokenizer,
    WhisperTokenizer,
)

SPECIALS = ("<pad>", "<s>", "</s>", "<unk>")  # of the zoo's own tokenizers


def token_names(tokenizer: Any, size: int) -> list[str]:
    """The name of each id below `size`.

    Symbols, pieces and sentinels are their own names; bytes are named like "<0x41>". An id without
    a token, or with a name that is taken, is "<id_7>".
    """
    names, known = [], set[str]()
    tokens = dict(known_tokens(tokenizer))
    for i in range(size):
        name = tokens.get(i, "")
        name = f"<id_{i}>" if not name or name in known else name
        known.add(name)
        names.append(name)
    return names


def known_tokens(tokenizer):
    """Yields (id, name) of the tokens that a tokenizer has."""
    kind = type(tokenizer)
    if isinstance(tokenizer, SymbolTokenizer):
        yield from enumerate((*SPECIALS, *tokenizer.symbols))
    elif kind is ByteTokenizer:
        yield from enumerate((*SPECIALS, *byte_names()))
    elif kind is ByteT5Tokenizer:
        yield from enumerate(("<pad>", "</s>", "<unk>", *byte_names()))
        yield from tokenizer._sentinels.to_token.items()
    elif kind in (PieceTokenizer, SentencePieceTokenizer):
        engine = tokenizer._engine
        yield from ((i, engine.id_to_piece(i)) for i in range(engine.vocab_size()))
        if kind is SentencePieceTokenizer:
            yield from tokenizer._sentinels.to_token.items()
    elif kind in (MarianTokenizer, BytePairTokenizer, GPT2Tokenizer, WhisperTokenizer):
        yield from ((tokenizer.swap(i), token) for token, i in tokenizer.vocabulary.items())


def byte_names():
    """The names of the bytes, in order."""
    return [f"<0x{i:02X}>" for i in range(256)]
