"""Tokenizers and front ends rebuilt from their configuration, which a run folder keeps."""

from typing import Any

from zoo.data.front_ends.arrays import ArrayFrames
from zoo.data.front_ends.log_mel import LogMel
from zoo.data.front_ends.pictures import PixelColumns
from zoo.data.front_ends.whisper import WhisperLogMel
from zoo.data.tokenizers.atoms import AtomTokenizer
from zoo.data.tokenizers.bart import BytePairTokenizer
from zoo.data.tokenizers.byt5 import ByteT5Tokenizer
from zoo.data.tokenizers.bytes import ByteTokenizer
from zoo.data.tokenizers.decomposed import DecomposedTokenizer
from zoo.data.tokenizers.gpt2 import GPT2Tokenizer
from zoo.data.tokenizers.marian import MarianTokenizer
from zoo.data.tokenizers.numbers import NumberTokenizer
from zoo.data.tokenizers.pieces import PieceTokenizer
from zoo.data.tokenizers.symbols import SymbolTokenizer
from zoo.data.tokenizers.t5 import SentencePieceTokenizer
from zoo.data.tokenizers.whisper import WhisperTokenizer
from zoo.errors import UnknownName, ZooError, check_choice
from zoo.json_fields import check_fields

TOKENIZERS = {
    tokenizer.__name__: tokenizer
    for tokenizer in (
        SymbolTokenizer,
        DecomposedTokenizer,
        AtomTokenizer,
        NumberTokenizer,
        ByteTokenizer,
        PieceTokenizer,
        SentencePieceTokenizer,
        MarianTokenizer,
        BytePairTokenizer,
        GPT2Tokenizer,
        ByteT5Tokenizer,
        WhisperTokenizer,
        LogMel,
        WhisperLogMel,
        PixelColumns,
        ArrayFrames,
    )
}


def tokenizer_from_config(config: dict) -> Any:
    """The tokenizer that returned `config` from `get_config`.

    Raises:
        ZooError: a class that is not in `TOKENIZERS`; or a field is missing, of the wrong type, or
            out of range.
    """
    check_config(config, "a tokenizer's configuration")
    return TOKENIZERS[config["class_name"]].from_config(config)


def check_config(config: Any, where: Any, name: str = "") -> None:
    """Checks the types of a tokenizer's configuration.

    Args:
        config: what was read.
        where: the file, for messages.
        name: the field that holds the configuration, for messages.

    Raises:
        ZooError: a class that is not in `TOKENIZERS`; or a field is missing or of the wrong type.
    """
    check_fields(config, {"class_name": str}, where, name)
    try:
        check_choice(TOKENIZERS, class_name=config["class_name"])
    except UnknownName as error:
        raise ZooError(f"{where} is broken: {name and f'{name}: '}{error}") from None
    check_fields(config, TOKENIZERS[config["class_name"]].FIELDS, where, name)
