"""What a config of BART may ask for."""

import pytest

from tests.pretrained.changes import config

BROKEN = {  # what is wrong: the kind of checkpoint, how it is broken, and the message
    "heads that do not divide": (
        "bart",
        config(encoder_attention_heads=5, decoder_attention_heads=5),
        r"multiple of heads 5",
    ),
    "heads that differ": (
        "bart",
        config(encoder_attention_heads=8),
        r"decoder_attention_heads 4 beside encoder_attention_heads 8",
    ),
    "pre-norm and more": (
        "bart",
        config(normalize_before=True, add_final_layer_norm=True),
        r"BART lacks: add_final_layer_norm True, normalize_before True",
    ),
    "BART with sinusoids": (
        "bart",
        config(static_position_embeddings=True),
        r"static_position_embeddings True",
    ),
    "BART untied": ("bart", config(tie_word_embeddings=False), r"tie_word_embeddings False"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_checkpoint_is_refused_in_one_line(broken, case):
    broken(*BROKEN[case])
