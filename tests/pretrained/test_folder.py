"""Checkpoints come out as they went in, and models trained here go out."""

import json

import keras
import numpy as np
import pytest
import transformers
from safetensors.numpy import load_file

import zoo
from tests.pretrained.changes import vocabulary
from tests.pretrained.checkpoints import save
from tests.pretrained.sentences import SENTENCES
from tests.pretrained.test_parity import KINDS, batch, our_logits, their_logits
from tests.pretrained.vocabularies import bpe_files, marian_files, spm
from zoo.data.tokenizers import (
    BytePairTokenizer,
    ByteT5Tokenizer,
    ByteTokenizer,
    MarianTokenizer,
    SentencePieceTokenizer,
    SymbolTokenizer,
)
from zoo.errors import ZooError
from zoo.pretrained import save_pretrained


@pytest.mark.parametrize("kind", KINDS)
def test_from_transformers_and_back(pair, tmp_path, kind):
    pair, folder = pair(kind), tmp_path / "saved"
    save_pretrained(pair.ours, folder, "transformers")
    before, after = (
        load_file(pair.folder / "model.safetensors"),
        load_file(folder / "model.safetensors"),
    )
    assert before.keys() == after.keys()
    assert all(
        np.array_equal(before[key], after[key]) and before[key].dtype == after[key].dtype
        for key in before
    )
    again = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder).eval()
    source, target = batch(pair)
    expected = their_logits(pair.theirs, source, target, pair.pad)
    assert np.array_equal(their_logits(again, source, target, pair.pad), expected)
    for name in ("pad_token_id", "eos_token_id", "decoder_start_token_id"):
        assert getattr(again.generation_config, name) == getattr(pair.theirs.config, name)
    asked = json.loads((pair.folder / "config.json").read_text())
    written = json.loads((folder / "config.json").read_text())
    changed = {key for key in asked if asked[key] != written.get(key)}
    assert changed <= {
        "tie_word_embeddings"
    }  # T5 1.1, which transformers 5 saves as tied and unscaled
    ours = zoo.from_pretrained(folder)
    assert np.array_equal(
        our_logits(ours.model, source, target, pair.pad),
        our_logits(pair.ours.model, source, target, pair.pad),
    )
    assert ours.source_tokenizer.get_config() == pair.ours.source_tokenizer.get_config()
    assert ours.target_tokenizer.get_config() == pair.ours.target_tokenizer.get_config()
    theirs = transformers.AutoTokenizer.from_pretrained(folder)
    ids = [
        [ours.source_tokenizer.swap(i) for i in row]
        for row in ours.source_tokenizer.encode_batch(SENTENCES)
    ]
    assert theirs(SENTENCES)["input_ids"] == ids


FRESH = {
    "t5_nano": (lambda: [SentencePieceTokenizer(spm())] * 2, {"tied_embeddings": "all"}),
    "t5_v1_1_nano": (
        lambda: [ByteT5Tokenizer()] * 2,
        {"tied_embeddings": "inputs", "decoder_depth": 1},
    ),
    "bart_nano": (
        lambda: [BytePairTokenizer(json.loads(bpe_files()[0]), merges(bpe_files()[1]))] * 2,
        {"tied_embeddings": "all"},
    ),
    "marian_nano": (
        lambda: [
            MarianTokenizer(model, json.loads(marian_files()[2])) for model in marian_files()[:2]
        ],
        {"tied_embeddings": "all"},
    ),
}


def merges(text):
    return [line.split(" ") for line in text.decode().splitlines()[1:]]


@pytest.mark.parametrize("name", FRESH)
def test_a_fresh_model_loads_in_transformers(tmp_path, name):
    make, overrides = FRESH[name]
    source, target = make()
    keras.utils.set_random_seed(0)
    model = zoo.create(
        name, source.size, target.size, start_id=target.start_id, end_id=target.end_id, **overrides
    )
    check_export(model, source, target, tmp_path / "out", getattr(source, "pad_id", 0))
    assert transformers.AutoTokenizer.from_pretrained(tmp_path / "out")(SENTENCES[:2])[
        "input_ids"
    ] == [[source.swap(i) for i in row] for row in source.encode_batch(SENTENCES[:2])]


@pytest.mark.parametrize(
    "name, vocabularies, overrides",
    [
        ("t5_nano", "one", {"tied_embeddings": "all"}),
        ("bart_nano", "one", {"tied_embeddings": "all", "scale_embeddings": True}),
        ("marian_nano", "two", {}),
    ],
    ids=str,
)
def test_a_model_with_the_zoos_own_tokenizers(tmp_path, name, vocabularies, overrides):
    source = ByteTokenizer()
    target = source if vocabularies == "one" else SymbolTokenizer(["a", "b", "c"], " ")
    model = zoo.create(name, source.size, target.size, **overrides)
    check_export(model, source, target, tmp_path / "out", 0)
    again = zoo.from_pretrained(tmp_path / "out")
    assert (
        type(again.target_tokenizer) is type(target)
        and again.target_tokenizer.get_config() == target.get_config()
    )
    assert again.model.start_id == 1 and again.model.end_id == 2


def check_export(model, source, target, folder, pad):
    """Transformers and the zoo read what `save_pretrained` wrote, and compute the same."""
    for v in (
        model.trainable_variables
    ):  # biases and scales start alike, so that a mix-up would not show
        v.assign_add(0.1 * keras.random.normal(v.shape, seed=1))
    save_pretrained(zoo.TextModel(model, source, target), folder, "transformers")
    assert sorted(p.name for p in folder.parent.iterdir()) == [folder.name]
    theirs = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder).eval()
    rng = np.random.default_rng(0)
    ids, inputs = (
        rng.integers(3, size - 1, (3, 7))
        for size in (model.source_vocabulary, model.target_vocabulary)
    )
    ids[1, 4:] = pad
    expected = their_logits(theirs, ids, inputs, pad)
    np.testing.assert_allclose(our_logits(model, ids, inputs, pad), expected, atol=1e-4)
    again = zoo.from_pretrained(folder)
    assert np.array_equal(
        our_logits(again.model, ids, inputs, pad), our_logits(model, ids, inputs, pad)
    )
    rebuilt = zoo.create(
        again.name, again.source_tokenizer.size, again.target_tokenizer.size, **again.overrides
    )
    assert [v.shape for v in rebuilt.variables] == [v.shape for v in again.model.variables]


def test_mixed_precision(pair):
    found = pair("t5")
    source, target = batch(found)
    model = zoo.from_pretrained(found.folder, dtype="mixed_bfloat16").model
    assert model.compute_dtype == "bfloat16" and model.variables[0].dtype == "float32"
    expected = their_logits(found.theirs, source, target, 0)
    difference = our_logits(model, source, target, 0) - expected
    # 0.04, which is also what transformers loses in bfloat16
    assert 0 < np.sqrt(np.square(difference).mean()) < 0.06 * expected.std()


def test_options_that_the_zoo_does_not_use_stay(pair, tmp_path):
    save("bart", tmp_path)
    for name, options in (
        ("config.json", {"task_specific_params": {"x": 1}, "forced_eos_token_id": None}),
        ("generation_config.json", {"num_beams": 4, "no_repeat_ngram_size": 3}),
    ):
        found = json.loads((tmp_path / name).read_text())
        (tmp_path / name).write_text(json.dumps(found | options))
    save_pretrained(zoo.from_pretrained(tmp_path), tmp_path / "out", "transformers")
    files = (tmp_path / "out" / name for name in ("config.json", "generation_config.json"))
    config, generation = (json.loads(path.read_text()) for path in files)
    assert config["task_specific_params"] == {"x": 1} and config["forced_eos_token_id"] is None
    assert (generation["num_beams"], generation["no_repeat_ngram_size"]) == (4, 3)


def test_folders_are_whole_or_not_there(pair, tmp_path, monkeypatch):
    ours = pair("t5").ours
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    with pytest.raises(ZooError, match="full exists already"):
        save_pretrained(ours, tmp_path / "full", "transformers")
    monkeypatch.setattr(
        "zoo.pretrained.weights.write", lambda *a: (_ for _ in ()).throw(OSError("disk full"))
    )
    with pytest.raises(OSError, match="disk full"):
        save_pretrained(ours, tmp_path / "new", "transformers")
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["full", "notes.txt"]


def test_a_tokenizer_that_pads_with_another_id_is_refused(broken):
    swap = vocabulary(lambda v: v.update({"<pad>": v["<unk>"], "<unk>": v["<pad>"]}))
    broken("bart", swap, "the tokenizer pads with 3, and config.json with 1")


def test_what_transformers_has_no_field_for_comes_back(tmp_path):
    letters = SymbolTokenizer("abc", "")
    model = zoo.create("bart_nano", letters.size, letters.size, depth=1, tied_embeddings="all")
    known = dict(known_only=True, longest_source=7, longest_target=9)
    save_pretrained(zoo.TextModel(model, letters, letters, **known), tmp_path / "a", "transformers")
    again = zoo.from_pretrained(tmp_path / "a")
    assert {key: getattr(again, key) for key in known} == known
    again.known_only, again.longest_source, again.longest_target = False, None, None
    save_pretrained(again, tmp_path / "b", "transformers")
    plain = json.loads((tmp_path / "b" / "config.json").read_text())
    assert "seq2seq_zoo" not in plain
    (tmp_path / "b" / "config.json").write_text(
        json.dumps(plain | {"seq2seq_zoo": {"longest": []}})
    )
    with pytest.raises(ZooError, match="config.json is broken: longest must be two"):
        zoo.from_pretrained(tmp_path / "b")
