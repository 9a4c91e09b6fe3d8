"""What a config of Marian may ask for."""

import pytest

import zoo
from tests.pretrained.changes import config
from zoo.data.tokenizers import ByteTokenizer
from zoo.errors import ZooError
from zoo.pretrained import save_pretrained

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


@pytest.mark.parametrize(
    "overrides", [{"norm_first": True}, {"positions": "learned"}, {"gated": True}]
)
def test_models_that_transformers_cannot_be(tmp_path, overrides):
    """Their weights would be left out, and the config say nothing of them."""
    tokenizer, [(key, value)] = ByteTokenizer(), overrides.items()
    model = zoo.create("marian_nano", 260, 260, depth=1, **overrides)
    with pytest.raises(ZooError, match=f"a Marian with {key}={value!r} cannot be written"):
        save_pretrained(zoo.TextModel(model, tokenizer, tokenizer), tmp_path / "o", "transformers")
    assert not (tmp_path / "o").exists()
