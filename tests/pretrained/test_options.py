"""Options of a config that are missing or of another type."""

import pytest

from tests.pretrained.changes import config

BROKEN = {  # what is wrong: the kind of checkpoint, how it is broken, and the message
    "missing option": ("t5", config(d_model=None), r"d_model is missing"),
    "text for a number": ("bart", config(encoder_layers="two"), r"encoder_layers is 'two'"),
    "rate above 1": ("t5", config(dropout_rate=1.5), r"dropout_rate is 1\.5"),
    "token outside": ("bart", config(eos_token_id=9999), r"eos_token_id is 9999"),
    "unknown activation": (
        "bart",
        config(activation_function="mish"),
        r"activation_function 'mish'",
    ),
    "list of activations": (
        "bart",
        config(activation_function=["gelu"]),
        r"activation_function is \['gelu'\]",
    ),
    "list of projections": (
        "t5",
        config(feed_forward_proj=["relu"]),
        r"feed_forward_proj is \['relu'\]",
    ),
    "list of flags": ("t5", config(tie_word_embeddings=[1]), r"tie_word_embeddings is \[1\]"),
    "missing half of a pair": ("bart", config(decoder_ffn_dim=None), r"decoder_ffn_dim is "),
    "text for a flag": ("bart", config(scale_embedding="yes"), r"scale_embedding is 'yes'"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_checkpoint_is_refused_in_one_line(broken, case):
    broken(*BROKEN[case])
