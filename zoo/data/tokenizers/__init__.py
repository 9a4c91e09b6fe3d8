"""Text to token ids and back.

Ids mean the same in every tokenizer that the zoo makes: PAD 0, BOS 1, EOS 2, UNK 3, and tokens from
4 on. `encode` closes a text with EOS. The tokenizers of public checkpoints have ids of their own;
`zoo.data.tokenizers.subword` says how they differ. `zoo.data.tokenizers.choice` chooses a tokenizer
for a text.
"""

from zoo.data.tokenizers.atoms import AtomTokenizer
from zoo.data.tokenizers.bart import BytePairTokenizer
from zoo.data.tokenizers.byt5 import ByteT5Tokenizer
from zoo.data.tokenizers.bytes import ByteTokenizer
from zoo.data.tokenizers.config import tokenizer_from_config
from zoo.data.tokenizers.decomposed import DecomposedTokenizer
from zoo.data.tokenizers.gpt2 import GPT2Tokenizer
from zoo.data.tokenizers.marian import MarianTokenizer
from zoo.data.tokenizers.numbers import NumberTokenizer
from zoo.data.tokenizers.pieces import PieceTokenizer
from zoo.data.tokenizers.special_ids import BOS, EOS, PAD, SYMBOLS_FROM, UNK
from zoo.data.tokenizers.symbols import SymbolTokenizer
from zoo.data.tokenizers.t5 import SentencePieceTokenizer
from zoo.data.tokenizers.whisper import WhisperTokenizer

__all__ = [
    "BOS",
    "EOS",
    "PAD",
    "SYMBOLS_FROM",
    "UNK",
    "AtomTokenizer",
    "BytePairTokenizer",
    "ByteT5Tokenizer",
    "ByteTokenizer",
    "DecomposedTokenizer",
    "GPT2Tokenizer",
    "MarianTokenizer",
    "NumberTokenizer",
    "PieceTokenizer",
    "SentencePieceTokenizer",
    "SymbolTokenizer",
    "WhisperTokenizer",
    "tokenizer_from_config",
]
