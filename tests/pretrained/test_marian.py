"""What a config of Marian may ask for."""

import pytest

from tests.pretrained.changes import config

BROKEN = {  # what is wrong: the kind of checkpoint, how it is broken, and the message
    "inner widths that differ": ("marian", config(decoder_ffn_dim=96), r"decoder_ffn_dim 96"),
    "learned positions": (
        "marian",
        config(static_position_embeddings=False),
        r"static_position_embeddings False",
    ),
    "unscaled embeddings": ("marian", config(scale_embedding=False), r"scale_embedding False"),
    "attention dropout": ("marian", config(attention_dropout=0.1), r"attention_dropout 0\.1"),
    "layer drop": ("marian", config(encoder_layerdrop=0.2), r"encoder_layerdrop 0\.2"),
    "shared and two sizes": (
        "marian",
        config(decoder_vocab_size=999),
        r"decoder_vocab_size 999 beside vocab_size",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_checkpoint_is_refused_in_one_line(broken, case):
    broken(*BROKEN[case])
