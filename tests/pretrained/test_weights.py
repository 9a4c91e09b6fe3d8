"""Files of tensors that are missing, broken, truncated or pickled."""

import os

import numpy as np
import pytest
import torch
import transformers
from safetensors.numpy import load_file

import zoo
from tests.pretrained.changes import content, cut, empty, every, pickled, remove, sharded, tensors
from tests.pretrained.test_parity import batch, our_logits, their_logits
from tests.pretrained.test_zoo_format import text_model
from zoo.errors import ZooError

LAYER = "model.encoder.layers.0"

NORM = "encoder.block.0.layer.0.layer_norm.weight"

BROKEN = {  # what is wrong: the kind of checkpoint, how it is broken, and the message
    "empty folder": ("t5", empty, r"has no config\.json"),
    "no config": ("t5", remove("config.json"), r"has no config\.json"),
    "config is not JSON": (
        "t5",
        content("config.json", "{'a': 1}"),
        r"config\.json is broken: it is not JSON",
    ),
    "config is a list": (
        "t5",
        content("config.json", "[]"),
        r"config\.json is broken: it must be an object",
    ),
    "no weights": ("t5", remove("model.safetensors"), r"has no model\.safetensors"),
    "only a pickle": (
        "t5",
        pickled,
        r"pytorch_model\.bin is pickled, which is never read; convert",
    ),
    "truncated": (
        "t5",
        cut("model.safetensors", 20_000),
        r"model\.safetensors is broken or truncated",
    ),
    "truncated header": (
        "t5",
        cut("model.safetensors", 50),
        r"model\.safetensors is broken or truncated",
    ),
    "header is not JSON": (
        "t5",
        lambda f: (f / "model.safetensors").write_bytes(b"\x08" + b"\0" * 7 + b"nonsense"),
        r"model\.safetensors is broken or truncated",
    ),
    "no bytes": ("t5", cut("model.safetensors", 0), r"model\.safetensors is broken or truncated"),
    "missing shard": (
        "t5",
        every(sharded(), remove("part1.safetensors")),
        r"lacks part1\.safetensors",
    ),
    "index names a missing tensor": (
        "t5",
        sharded(extra="part0.safetensors"),
        r"part0\.safetensors holds extra",
    ),
    "index leads out of the folder": (
        "t5",
        sharded(extra="../part0.safetensors"),
        r"in the same folder",
    ),
    "index without a map": (
        "t5",
        every(sharded(), content("model.safetensors.index.json", "{}")),
        r"weight_map",
    ),
    "shard truncated": (
        "t5",
        every(sharded(), cut("part0.safetensors", 5000)),
        r"part0\.safetensors is broken or truncated",
    ),
    "int8": (
        "t5",
        tensors(lambda t: t.update({NORM: t[NORM].astype("int8")})),
        r"layer_norm\.weight is of type I8",
    ),
    "double": (
        "bart",
        tensors(
            lambda t: t.update({f"{LAYER}.fc1.bias": t[f"{LAYER}.fc1.bias"].astype("float64")})
        ),
        r"fc1\.bias is of type F64",
    ),
    "deep config": ("t5", content("config.json", "[" * 300_000), r"is nested too deeply"),
    "index of lists": (
        "t5",
        every(sharded(), content("model.safetensors.index.json", '{"weight_map": {"a": ["b"]}}')),
        r"weight_map\.a must be text",
    ),
    "pipe for a config": (
        "t5",
        every(remove("config.json"), lambda f: os.mkfifo(f / "config.json")),
        r"config\.json is not a regular file",
    ),
    "endless config": (
        "t5",
        every(remove("config.json"), lambda f: (f / "config.json").symlink_to("/dev/zero")),
        r"config\.json is not a regular file",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_checkpoint_is_refused_in_one_line(broken, case):
    broken(*BROKEN[case])


def test_half_precision_shards_and_bare_keys(pair, tmp_path):
    found = pair("bart")
    source, target = batch(found)
    for dtype in (torch.bfloat16, torch.float16):
        folder = tmp_path / str(dtype)
        transformers.BartForConditionalGeneration.from_pretrained(
            found.folder, dtype=dtype
        ).save_pretrained(folder, max_shard_size="40KB")
        assert len(list(folder.glob("model-*.safetensors"))) > 2
        for name in ("vocab.json", "merges.txt"):
            (folder / name).write_bytes((found.folder / name).read_bytes())
        whole = transformers.BartForConditionalGeneration.from_pretrained(
            folder, dtype=torch.float32
        ).eval()
        np.testing.assert_allclose(
            our_logits(zoo.from_pretrained(folder).model, source, target, 1),
            their_logits(whole, source, target, 1),
            atol=1e-4,
            rtol=1e-4,
        )
    bare = tmp_path / "bare"
    found.theirs.model.save_pretrained(bare)
    for name in ("vocab.json", "merges.txt"):
        (bare / name).write_bytes((found.folder / name).read_bytes())
    assert "shared.weight" in load_file(bare / "model.safetensors")
    bias = found.theirs.final_logits_bias.numpy()
    np.testing.assert_allclose(
        our_logits(zoo.from_pretrained(bare).model, source, target, 1) + bias,
        their_logits(found.theirs, source, target, 1),
        atol=1e-4,
        rtol=1e-4,
    )


@pytest.mark.parametrize("value, dtype", [(1e5, "float16"), (float("nan"), "float32")])
def test_weights_that_are_not_finite_are_not_written(tmp_path, value, dtype):
    before = text_model("lstm_seq2seq_nano")
    weight = before.model.weights[0]
    weight.assign(np.full(weight.shape, value, "float32"))
    with pytest.raises(ZooError, match=f"has values that are not finite in {dtype}"):
        zoo.save_pretrained(before, tmp_path / "out", dtype=dtype)
    assert not (tmp_path / "out").exists()
