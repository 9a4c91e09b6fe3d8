"""Every broken checkpoint is refused in one line that names what is wrong."""

import json
import os
import shutil
import types

import numpy as np
import pytest
import torch
import transformers  # noqa: F401  whose checkpoints are broken here
from safetensors.numpy import load_file, save_file

import zoo
from zoo.errors import ZooError
from zoo.pretrained import hub

NORM = "encoder.block.0.layer.0.layer_norm.weight"
LAYER = "model.encoder.layers.0"


def config(**options):
    """Changes config.json; None takes an option away."""

    def change(folder):
        found = json.loads((folder / "config.json").read_text()) | options
        (folder / "config.json").write_text(
            json.dumps({k: v for k, v in found.items() if v is not None})
        )

    return change


def tensors(change_tensors):
    """Changes the dict of tensors in place."""

    def change(folder):
        found = load_file(folder / "model.safetensors")
        change_tensors(found)
        save_file(found, folder / "model.safetensors")

    return change


def cut(name, kept):
    """Keeps the first `kept` bytes of a file."""
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:kept])


def text(name, content):
    return lambda folder: (folder / name).write_text(content)


def remove(*names):
    return lambda folder: [(folder / name).unlink() for name in names]


def every(*changes):
    return lambda folder: [change(folder) for change in changes]


def pickled(folder):
    (folder / "model.safetensors").unlink()
    torch.save({"w": torch.zeros(2)}, folder / "pytorch_model.bin")


def empty(folder):
    shutil.rmtree(folder)
    folder.mkdir()


def sharded(**changes):
    """Two shards and their index; `changes` are applied to the index's map."""

    def change(folder):
        found = load_file(folder / "model.safetensors")
        (folder / "model.safetensors").unlink()
        keys, of = sorted(found), {}
        for number in range(2):
            part = {key: found[key] for key in keys[number::2]}
            save_file(part, folder / f"part{number}.safetensors")
            of |= dict.fromkeys(part, f"part{number}.safetensors")
        (folder / "model.safetensors.index.json").write_text(
            json.dumps({"weight_map": of | changes})
        )

    return change


def vocabulary(change_vocabulary):
    def change(folder):
        found = json.loads((folder / "vocab.json").read_text())
        change_vocabulary(found)
        (folder / "vocab.json").write_text(json.dumps(found))

    return change


def renamed(old, new):
    return tensors(lambda t: t.update({new: t.pop(old)}))


BROKEN = {
    # The files
    "empty folder": ("t5", empty, r"has no config\.json"),
    "no config": ("t5", remove("config.json"), r"has no config\.json"),
    "config is no JSON": (
        "t5",
        text("config.json", "{'a': 1}"),
        r"config\.json is broken: it is not JSON",
    ),
    "config is a list": (
        "t5",
        text("config.json", "[]"),
        r"config\.json is broken: it must be an object",
    ),
    "generation config is no JSON": (
        "t5",
        text("generation_config.json", "{"),
        r"generation_config\.json is broken: it is not JSON",
    ),
    "unknown model_type": ("t5", config(model_type="mt6"), r"model_type 'mt6'.*t5, bart, marian"),
    "no model_type": ("t5", config(model_type=None), r"model_type None"),
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
    "header is no JSON": (
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
        every(sharded(), text("model.safetensors.index.json", "{}")),
        r"weight_map",
    ),
    "shard truncated": (
        "t5",
        every(sharded(), cut("part0.safetensors", 5000)),
        r"part0\.safetensors is broken or truncated",
    ),
    # The tensors
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
    "tied copies differ": (
        "t5",
        tensors(lambda t: t.update({"lm_head.weight": t["shared.weight"] + 1})),
        r"lm_head\.weight differs from shared\.weight",
    ),
    "no output matrix": (
        "t5_v1_1",
        every(
            config(tie_word_embeddings=False, scale_decoder_outputs=False),
            tensors(lambda t: t.pop("lm_head.weight")),
        ),
        r"lm_head\.weight",
    ),
    # The options
    "missing option": ("t5", config(d_model=None), r"d_model is missing"),
    "text for a number": ("bart", config(encoder_layers="two"), r"encoder_layers is 'two'"),
    "rate above 1": ("t5", config(dropout_rate=1.5), r"dropout_rate is 1\.5"),
    "token outside": ("bart", config(eos_token_id=9999), r"eos_token_id is 9999"),
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
    "inner widths that differ": ("marian", config(decoder_ffn_dim=96), r"decoder_ffn_dim 96"),
    "unknown activation": (
        "bart",
        config(activation_function="mish"),
        r"activation_function 'mish'",
    ),
    "unknown T5 activation": (
        "t5",
        config(feed_forward_proj="gated-mish", dense_act_fn=None, is_gated_act=None),
        r"'mish'",
    ),
    "odd feed_forward_proj": (
        "t5",
        config(feed_forward_proj="twice-relu"),
        r"feed_forward_proj 'twice-relu'",
    ),
    "another epsilon": ("t5", config(layer_norm_epsilon=1e-5), r"layer_norm_epsilon 1e-05"),
    "T5 with another padding": ("t5", config(pad_token_id=3), r"pad_token_id 3"),
    "odd buckets": (
        "t5",
        config(relative_attention_num_buckets=7),
        r"relative_attention_bias\.weight is \[8, 4\] and should be \[7, 4\]",
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
    # The tokenizers
    "no T5 tokenizer": ("t5", remove("spiece.model"), r"no tokenizer .*spiece\.model"),
    "no BART tokenizer": ("bart", remove("merges.txt"), r"no tokenizer .*merges\.txt"),
    "no Marian tokenizer": ("marian", remove("target.spm"), r"no tokenizer .*target\.spm"),
    "broken spm": ("t5", cut("spiece.model", 300), r"spiece\.model is no SentencePiece model"),
    "broken source.spm": (
        "marian",
        text("source.spm", "hello"),
        r"\.spm file is no SentencePiece model",
    ),
    "vocab.json lacks an id": (
        "marian",
        vocabulary(lambda v: v.pop(next(k for k, i in v.items() if i == 7))),
        r"id 7",
    ),
    "vocab.json lacks a special": (
        "bart",
        vocabulary(lambda v: v.update(gone=v.pop("</s>"))),
        r"the token </s>",
    ),
    "vocab.json larger than the model": (
        "bart",
        vocabulary(lambda v: v.update(more=len(v))),
        r"402 ids|\d+ ids, .*only",
    ),
    "vocab.json is no JSON": (
        "bart",
        text("vocab.json", "x"),
        r"vocab\.json is broken: it is not JSON",
    ),
    "more sentinels than the model has": (
        "t5",
        text("tokenizer_config.json", '{"extra_ids": 900}'),
        r"900 sentinels of 384 ids",
    ),
    "merges of other tokens": ("bart", text("merges.txt", "xx yy\n"), r"merges\.txt does not fit"),
    "another tokenizer.json": (
        "t5",
        every(
            remove("spiece.model"),
            text(
                "tokenizer.json",
                json.dumps(
                    {"model": {"type": "WordPiece"}, "normalizer": None, "pre_tokenizer": None}
                ),
            ),
        ),
        r"type 'WordPiece'",
    ),
    "tokenizer.json without a model": (
        "t5",
        every(remove("spiece.model"), text("tokenizer.json", "{}")),
        r"tokenizer\.json is broken: model is missing",
    ),
    # Sizes that no file holds, and values of other types
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
    "10^10 sentinels": (
        "t5",
        text("tokenizer_config.json", '{"extra_ids": 10000000000}'),
        r"10000000000 sentinels of 384 ids",
    ),
    "sentinels below zero": (
        "t5",
        text("tokenizer_config.json", '{"extra_ids": -1}'),
        r"-1 sentinels of 384 ids",
    ),
    "list of sentinels": (
        "t5",
        text("tokenizer_config.json", '{"extra_ids": [1]}'),
        r"tokenizer_config\.json is broken: extra_ids must be a whole number",
    ),
    "list of classes": (
        "t5",
        text("tokenizer_config.json", '{"tokenizer_class": ["T5Tokenizer"]}'),
        r"tokenizer_class must be text or null",
    ),
    "list of model types": ("t5", config(model_type=["t5"]), r"model_type must be text or null"),
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
    "text for a flag": ("bart", config(scale_embedding="yes"), r"scale_embedding is 'yes'"),
    "deep config": ("t5", text("config.json", "[" * 300_000), r"is nested too deeply"),
    "deep tokenizer": (
        "bart",
        text("vocab.json", '{"a":' * 300_000),
        r"vocab\.json is broken: it is nested too deeply",
    ),
    "text for an id": (
        "bart",
        vocabulary(lambda v: v.update({"<s>": "0"})),
        r"vocab\.json is broken: <s> must be a whole number",
    ),
    "index of lists": (
        "t5",
        every(sharded(), text("model.safetensors.index.json", '{"weight_map": {"a": ["b"]}}')),
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
    "own tokenizers that are none": (
        "t5",
        text("zoo_tokenizers.json", '{"source": {"class_name": ["ByteTokenizer"]}, "target": 3}'),
        r"source\.class_name must be text",
    ),
    "padding that the tokenizer lacks": (
        "bart",
        vocabulary(lambda v: v.update({"<pad>": v["<unk>"], "<unk>": v["<pad>"]})),
        r"pads with",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_checkpoints(pair, tmp_path, case):
    kind, change, message = BROKEN[case]
    folder = shutil.copytree(pair(kind).folder, tmp_path / "broken")
    change(folder)
    with pytest.raises(ZooError, match=message) as error:
        zoo.from_pretrained(folder)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "name, message",
    [
        ("t5-small", "neither a folder nor a hub repository.*OWNER/NAME"),
        ("a/b/c", "neither"),
        ("", "neither"),
        ("../missing", "neither"),
        ("no such/thing", "neither"),
    ],
)
def test_names_that_are_no_checkpoint(name, message):
    with pytest.raises(ZooError, match=message):
        zoo.from_pretrained(name)


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"")
    with pytest.raises(ZooError, match="is a file"):
        hub.fetch(tmp_path / "model.safetensors")


def hub_error(name):
    """An error of the hub's client as it raises it."""
    from huggingface_hub import errors

    kind, response = getattr(errors, name), types.SimpleNamespace(headers={}, request=None)
    answered = {"response": response} if issubclass(kind, errors.HfHubHTTPError) else {}
    return kind("first line\nsecond line", **answered)


@pytest.mark.parametrize(
    "error, offline, message",
    [
        ("RepositoryNotFoundError", False, "hub has no public repository"),
        ("GatedRepoError", False, "'a/b' is gated"),
        ("LocalEntryNotFoundError", False, "hub cannot be reached"),
        ("LocalEntryNotFoundError", True, "HF_HUB_OFFLINE forbids"),
        ("HFValidationError", False, "no name of a hub repository"),
        ("HfHubHTTPError", False, "cannot be downloaded"),
    ],
)
def test_what_the_hub_answers(monkeypatch, error, offline, message):
    import huggingface_hub

    def refuse(*args, **kwargs):
        raise hub_error(error)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", refuse)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", offline)
    with pytest.raises(ZooError, match=message) as caught:
        hub.fetch("a/b")
    assert "\n" not in str(caught.value)


def test_only_safe_files_are_fetched(monkeypatch, tmp_path):
    import huggingface_hub

    asked = {}
    monkeypatch.setattr(
        huggingface_hub,
        "snapshot_download",
        lambda name, **options: asked.update(options, name=name) or tmp_path,
    )
    assert hub.fetch("google-t5/t5-small") == tmp_path
    assert asked["name"] == "google-t5/t5-small"
    assert not any(
        pattern.endswith((".bin", ".pt", ".py", "*")) for pattern in asked["allow_patterns"]
    )


def test_other_models_can_be_built_after_a_broken_checkpoint(pair, tmp_path):
    folder = shutil.copytree(pair("t5").folder, tmp_path / "broken")
    config(vocab_size=10**30)(folder)
    with pytest.raises(ZooError, match=r"should be \[10{30}, 32\]"):
        zoo.from_pretrained(folder)
    assert zoo.create("transformer_nano", 9, 9).count_params() > 0
