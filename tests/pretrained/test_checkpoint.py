"""Which checkpoints the zoo reads, under which registered name, and which models it writes."""

import json

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import zoo
from tests.pretrained.changes import config, content, tensors
from tests.pretrained.checkpoints import save
from tests.pretrained.test_parity import batch, our_logits
from zoo import registry
from zoo.data.tokenizers import ByteTokenizer
from zoo.errors import ZooError
from zoo.pretrained import checkpoint, save_pretrained

BROKEN = {  # what is wrong: the kind of checkpoint, how it is broken, and the message
    "generation config is not JSON": (
        "t5",
        content("generation_config.json", "{"),
        r"generation_config\.json is broken: it is not JSON",
    ),
    "unknown model_type": ("t5", config(model_type="mt6"), r"model_type 'mt6'.*t5, bart, marian"),
    "no model_type": ("t5", config(model_type=None), r"model_type None"),
    "list of model types": ("t5", config(model_type=["t5"]), r"model_type must be text or null"),
    "tied copies differ": (
        "t5",
        tensors(lambda t: t.update({"lm_head.weight": t["shared.weight"] + 1})),
        r"lm_head\.weight differs from shared\.weight",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_checkpoint_is_refused_in_one_line(broken, case):
    broken(*BROKEN[case])


@pytest.mark.parametrize(
    "name, overrides, message",
    [
        ("transformer_nano", {}, "Transformer"),
        ("lstm_seq2seq_nano", {}, "not a model that transformers has"),
        ("t5_nano", {}, "tied_embeddings='target'"),
        ("bart_nano", {"tied_embeddings": "none"}, "tied_embeddings='none'"),
        ("marian_nano", {"tied_embeddings": "inputs"}, "tied_embeddings='inputs'"),
        ("t5_v1_1_nano", {"tied_embeddings": "all", "activation": "gelu"}, "gelu"),
    ],
)
def test_models_that_transformers_cannot_be(tmp_path, name, overrides, message):
    tokenizer = ByteTokenizer()
    with pytest.raises(ZooError, match=message):
        model = zoo.create(name, 260, 260, **overrides)
        save_pretrained(
            zoo.TextModel(model, tokenizer, tokenizer), tmp_path / "out", "transformers"
        )
    assert not (tmp_path / "out").exists()


def test_copies_of_the_shared_tensor(pair, tmp_path):
    save("t5", tmp_path)
    tensors = load_file(tmp_path / "model.safetensors")
    copied = tensors | {
        key: tensors["shared.weight"] for key in ("encoder.embed_tokens.weight", "lm_head.weight")
    }
    only = {
        ("lm_head.weight" if key == "shared.weight" else key): value
        for key, value in tensors.items()
    }
    source, target = batch(pair("t5"))
    for changed in (copied, only):
        save_file(changed, tmp_path / "model.safetensors")
        assert np.array_equal(
            our_logits(zoo.from_pretrained(tmp_path).model, source, target, 0),
            our_logits(pair("t5").ours.model, source, target, 0),
        )


@pytest.mark.parametrize(
    "changes, name, overrides",
    [
        ({}, "t5_nano", {}),
        ({"units": 512, "depth": 6}, "t5_small", {}),
        ({"dropout": 0.3}, "t5_nano", {"dropout": 0.3}),
    ],
)
def test_the_nearest_registered_name_is_found(changes, name, overrides):
    """A checkpoint is named by the size that it differs from the least."""
    base = registry.models.overrides("t5_small" if "units" in changes else "t5_nano")
    assert checkpoint.registered_name("t5", base | changes) == (name, overrides)


@pytest.mark.parametrize("form", ["same", "transposed", "vocabulary", "output", "bias"])
def test_every_form_of_a_tensor_is_read_as_it_was_written(form):
    value = np.arange(12.0) if form == "bias" else np.arange(12.0).reshape(4, 3)
    written = checkpoint.convert(value, form, 2, False)
    np.testing.assert_array_equal(checkpoint.convert(written, form, 2, True), value)


def test_the_config_says_in_what_type_the_tensors_are(pair):
    config = {"dtype": "float16", "torch_dtype": "float16"}
    found, values = checkpoint.export(pair("t5").ours.model, 0, config)
    assert found["dtype"] == found["torch_dtype"] == "float32"
    assert {tensor.dtype.name for tensor in values.values()} == {"float32"}


def test_a_model_in_memory_is_saved_under_the_nearest_name(tmp_path):
    tokenizer = ByteTokenizer()
    text = zoo.TextModel(zoo.create("transformer_nano", 260, 260), tokenizer, tokenizer)
    zoo.save_pretrained(text, tmp_path / "saved")
    assert zoo.load(tmp_path / "saved").name == "transformer_nano"
    with pytest.raises(ZooError, match="longest_source and longest_target go together"):
        half = zoo.TextModel(text.model, tokenizer, tokenizer, longest_source=5)
        zoo.save_pretrained(half, tmp_path / "half")


@pytest.mark.parametrize(
    "key, value, message",
    [
        ("model", {"depth": 10**9}, "depth 1000000000 is more than the folder's .* tensors"),
        ("training", {"recipe": 5}, "training.recipe must be an object"),
        ("training", {"recipe": {"learning_rate": "x"}}, "recipe.learning_rate must be a number"),
        ("training", {"task": 5}, "training.task must be an object"),
    ],
)
def test_a_folder_may_not_ask_for_anything(tmp_path, key, value, message):
    tokenizer = ByteTokenizer()
    text = zoo.TextModel(zoo.create("transformer_nano", 260, 260), tokenizer, tokenizer)
    zoo.save_pretrained(text, tmp_path / "saved")
    path = tmp_path / "saved" / "config.json"
    config = json.loads(path.read_text())
    if key == "model":
        config["model"]["arguments"] |= value
    else:
        config[key] = value
    path.write_text(json.dumps(config))
    with pytest.raises(ZooError, match=message):
        zoo.load(tmp_path / "saved")
