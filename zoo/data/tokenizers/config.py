"""Tokenizers rebuilt from their configuration, which a run folder keeps."""

from zoo.data.tokenizers.bart import BytePairTokenizer
from zoo.data.tokenizers.byt5 import ByteT5Tokenizer
from zoo.data.tokenizers.bytes import ByteTokenizer
from zoo.data.tokenizers.marian import MarianTokenizer
from zoo.data.tokenizers.pieces import PieceTokenizer
from zoo.data.tokenizers.symbols import SymbolTokenizer
from zoo.data.tokenizers.t5 import SentencePieceTokenizer
from zoo.errors import check_choice
from zoo.files import check_fields

TOKENIZERS = {
    tokenizer.__name__: tokenizer
    for tokenizer in (
        SymbolTokenizer,
        ByteTokenizer,
        PieceTokenizer,
        SentencePieceTokenizer,
        MarianTokenizer,
        BytePairTokenizer,
        ByteT5Tokenizer,
    )
}


def tokenizer_from_config(config):
    """The tokenizer that returned `config` from `get_config`.

    Raises:
        UnknownName: a class that is not in `TOKENIZERS`.
        ZooError: a field is missing, of the wrong type, or out of range.
    """
    check_fields(config, dict, "a tokenizer's configuration")
    check_choice(TOKENIZERS, class_name=config.get("class_name"))
    tokenizer = TOKENIZERS[config["class_name"]]
    check_fields(config, tokenizer.FIELDS, "a tokenizer's configuration")
    return tokenizer.from_config(config)
