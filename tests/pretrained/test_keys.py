"""Tensors that a config asks for and a file lacks, and sizes that no file holds."""

import shutil

import numpy as np
import pytest

import zoo
from tests.pretrained.changes import config, every, renamed, tensors
from zoo.errors import ZooError

NORM = "encoder.block.0.layer.0.layer_norm.weight"

BROKEN = {  # what is wrong: the kind of checkpoint, how it is broken, and the message
    "missing key": (
        "t5",
        tensors(lambda t: t.pop(NORM)),
        r"lacks 1 tensors of \d+: encoder\.block\.0\.layer\.0\.layer_norm",
    ),
    "many missing keys": (
        "t5",
        tensors(lambda t: [t.pop(k) for k in list(t) if ".wo." in k or ".wi." in k]),
        r"and 4 more",
    ),
    "renamed key": ("t5", renamed(NORM, "encoder.norm"), r"lacks 1 tensors.*layer_norm"),
    "missing shared": (
        "bart",
        tensors(lambda t: t.pop("model.shared.weight")),
        r"model\.shared\.weight",
    ),
    "surplus key": (
        "t5",
        tensors(lambda t: t.update(adapter=np.zeros(2, "float32"))),
        r"1 tensors .* no place for: adapter",
    ),
    "a block too many": ("t5", config(num_layers=1), r"9 tensors|8 tensors .*encoder\.block\.1"),
    "wrong shape": (
        "t5",
        tensors(lambda t: t.update({NORM: t[NORM][:-1]})),
        r"layer_norm\.weight is \[31\] and should be \[32\]",
    ),
    "config of another width": (
        "bart",
        config(d_model=64),
        r"is \[66, 32\] and should be \[66, 64\]",
    ),
    "no output matrix": (
        "t5_v1_1",
        every(
            config(tie_word_embeddings=False, scale_decoder_outputs=False),
            tensors(lambda t: t.pop("lm_head.weight")),
        ),
        r"lm_head\.weight",
    ),
    "a vocabulary of 10^9": ("t5", config(vocab_size=10**9), r"should be \[1000000000, 32\]"),
    "a vocabulary of 10^30": ("bart", config(vocab_size=10**30), r"should be \[10{30}, 32\]"),
    "two vocabularies": ("marian_two", config(decoder_vocab_size=10**9), r"is \[\d+, 32\]"),
    "a width of 10^9": ("marian", config(d_model=10**9), r"should be \[\d+, 1000000000\]"),
    "10^9 layers": ("t5", config(num_layers=10**9), r"config\.json asks for 1000000000 layers"),
    "10^9 decoder layers": ("bart", config(decoder_layers=10**9), r"asks for 1000000000 layers"),
    "10^9 heads": ("t5", config(num_heads=10**9), r"should be \[6000000000, 32\]"),
    "10^9 inner units": ("t5_v1_1", config(d_ff=10**9), r"should be \[1000000000, 32\]"),
    "10^9 inner units of two": (
        "bart",
        config(encoder_ffn_dim=10**9, decoder_ffn_dim=10**9),
        r"fc1\.weight is \[48, 32\] and should be \[1000000000, 32\]",
    ),
    "10^9 buckets": (
        "t5",
        config(relative_attention_num_buckets=10**9),
        r"should be \[1000000000, 4\]",
    ),
    "10^9 positions": (
        "bart",
        config(max_position_embeddings=10**9),
        r"embed_positions\.weight is \[66, 32\] and should be \[1000000002, 32\]",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_checkpoint_is_refused_in_one_line(broken, case):
    broken(*BROKEN[case])


def test_other_models_can_be_built_after_a_broken_checkpoint(pair, tmp_path):
    folder = shutil.copytree(pair("t5").folder, tmp_path / "broken")
    config(vocab_size=10**30)(folder)
    with pytest.raises(ZooError, match=r"should be \[10{30}, 32\]"):
        zoo.from_pretrained(folder)
    assert zoo.create("transformer_nano", 9, 9).count_params() > 0
