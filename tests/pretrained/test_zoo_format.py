"""A folder of the zoo's own format: written by every family, read back whole, and never trusted."""

import json
import os
import pickle
import shutil

import keras
import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import zoo
from tests.export.models import FAMILIES, LETTERS, shallow
from zoo.data.tokenizers import SymbolTokenizer
from zoo.errors import ZooError
from zoo.files import checksum
from zoo.pretrained import weights, zoo_format
from zoo.text.text_model import TextModel

SYMBOLS = SymbolTokenizer(["a", "b", "c"], " ")


def text_model(name="transformer_nano", **overrides):
    """A text model with fresh weights."""
    keras.utils.set_random_seed(0)
    model = zoo.create(name, SYMBOLS.size, SYMBOLS.size, **overrides)
    return TextModel(model, SYMBOLS, SYMBOLS, longest_source=5, longest_target=6, known_only=True)


def same_weights(one, other):
    return all(
        mine.path.split("/", 1)[1] == theirs.path.split("/", 1)[1] and np.array_equal(mine, theirs)
        for mine, theirs in zip(one.weights, other.weights, strict=True)
    )


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_comes_back(tmp_path, name):
    limits = dict(longest_source=5, longest_target=6, known_only=True)
    before = TextModel(shallow(name).model, LETTERS, LETTERS, **limits)
    zoo.save_pretrained(before, tmp_path / "saved")
    after = zoo.from_pretrained(tmp_path / "saved")
    assert type(after.model) is type(before.model)
    assert zoo_format.arguments(after.model) == zoo_format.arguments(before.model)
    assert same_weights(before.model, after.model)
    assert after.source_tokenizer.get_config() == LETTERS.get_config()
    assert (after.longest_source, after.longest_target, after.known_only) == (5, 6, True)


def test_overrides_and_training_stay(tmp_path):
    before = text_model("lstm_seq2seq_nano", depth=1, reverse=False)
    before.name = "lstm_seq2seq_nano"
    before._training = {"task": {"name": "reverse", "options": {"symbols": 3}}}
    zoo.save_pretrained(before, tmp_path / "one")
    after = zoo.load(tmp_path / "one")
    assert after.name == "lstm_seq2seq_nano" and after.training == before.training
    assert after.overrides == {"depth": 1, "reverse": False}
    zoo.save_pretrained(after, tmp_path / "two")
    for name in ("config.json", "model.safetensors", "zoo_tokenizers.json"):
        assert checksum(tmp_path / "one" / name) == checksum(tmp_path / "two" / name)


def test_half_precision_halves_the_file(tmp_path):
    before = text_model()
    zoo.save_pretrained(before, tmp_path / "whole")
    zoo.save_pretrained(before, tmp_path / "half", dtype="float16")
    whole, half = (
        (tmp_path / name / "model.safetensors").stat().st_size for name in ("whole", "half")
    )
    assert half < 0.6 * whole
    after = zoo.from_pretrained(tmp_path / "half").model
    assert all(
        np.allclose(mine, theirs, rtol=1e-3, atol=1e-6) and theirs.dtype == "float32"
        for mine, theirs in zip(before.model.weights, after.weights)
    )


def test_large_weights_are_written_in_parts(tmp_path, monkeypatch):
    before = text_model()
    monkeypatch.setattr(weights.write, "__defaults__", (20_000,))
    zoo.save_pretrained(before, tmp_path / "saved")
    assert len(list((tmp_path / "saved").glob("model-*.safetensors"))) > 1
    assert same_weights(before.model, zoo.from_pretrained(tmp_path / "saved").model)
    next((tmp_path / "saved").glob("model-00002-*")).unlink()
    with pytest.raises(ZooError, match="lacks model-00002-of-.*fetch it again"):
        zoo.from_pretrained(tmp_path / "saved")


def test_a_folder_is_not_overwritten(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ZooError, match="exists already"):
        zoo.save_pretrained(text_model(), tmp_path)
    assert os.listdir(tmp_path) == ["file"]


# Broken and hostile folders ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved") / "model"
    zoo.save_pretrained(text_model(), folder)
    return folder


def edit(**changes):
    """Changes fields of config.json; `model__name` is a field of a field."""

    def change(folder):
        path = folder / "config.json"
        config = json.loads(path.read_text())
        for key, value in changes.items():
            *outer, last = key.split("__")
            inside = config
            for name in outer:
                inside = inside[name]
            inside[last] = value
        path.write_text(json.dumps(config))

    return change


def resealed(name, write):
    """Replaces a file and writes its digest into config.json."""

    def change(folder):
        write(folder / name)
        path = folder / "config.json"
        config = json.loads(path.read_text())
        config["sha256"][name] = checksum(folder / name)
        path.write_text(json.dumps(config))

    return change


def tensors(change):
    """Changes the tensors of model.safetensors."""

    def write(path):
        found = load_file(path)
        change(found)
        save_file(found, path)

    return resealed("model.safetensors", write)


def move(name, target):
    def change(folder):
        (folder / name).rename(folder.parent / target)
        (folder / name).symlink_to(folder.parent / target)

    return change


class Bomb:
    def __reduce__(self):
        return os.system, ("touch executed",)


def pickled(folder):
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Bomb()))
    path = folder / "config.json"
    config = json.loads(path.read_text())
    del config["sha256"]["model.safetensors"]
    path.write_text(json.dumps(config))


def huge_header(path):
    path.write_bytes((10 * 2**30).to_bytes(8, "little") + b"{}")


OUTSIDE = {"source": {"class_name": "os.system"}, "target": {"class_name": "os.system"}}
UNITS = {"units": 2**20, "source_vocabulary": 7, "target_vocabulary": 7, "start_id": 1, "end_id": 2}
HOSTILE = {
    "a later format": (edit(format=2), "of format 2, which a later version .* update"),
    "a format that is no number": (edit(format="1"), "format must be a whole number"),
    "no model": (edit(model=None), "model must be an object"),
    "an unknown model": (edit(model__name="transformr_nano"), "unknown model.*transformer_nano"),
    "a class to import": (edit(model__name="os.system"), "unknown model 'os.system'"),
    "an unknown argument": (edit(model__arguments={"module": "os"}), "takes no 'module'"),
    "an argument of another type": (edit(model__arguments__units="8"), "units must be"),
    "a model of another size": (edit(model__arguments__depth=1), "no place for the tensors"),
    "a model larger than memory": (edit(model__arguments=UNITS), "tensors|memory|heads"),
    "a precision of its own": (edit(model__arguments__dtype="float16"), "not an argument"),
    "lengths below one": (edit(longest=[0, 5]), "longest must be two whole numbers"),
    "a missing tensor": (tensors(lambda found: found.popitem()), "lacks the tensors"),
    "a surplus tensor": (tensors(lambda found: found.update(x=np.zeros(1))), "no place for"),
    "a tensor of another type": (
        tensors(lambda found: found.update({k: v.astype("int32") for k, v in found.items()})),
        "is of type I32",
    ),
    "values that are not finite": (
        tensors(lambda found: [v.fill(np.nan) for v in found.values()]),
        "not finite",
    ),
    "a changed file": (lambda folder: (folder / "zoo_tokenizers.json").write_text("x"), "SHA-256"),
    "a cut file": (
        lambda folder: os.truncate(folder / "model.safetensors", 1000),
        "SHA-256 is not the one",
    ),
    "a header that claims ten gigabytes": (
        resealed("model.safetensors", huge_header),
        "broken or truncated",
    ),
    "a file outside": (edit(sha256={"../model.safetensors": "0"}), "outside its folder"),
    "a link that leads out": (move("model.safetensors", "elsewhere"), "is a link to"),
    "a file that nobody names": (
        lambda folder: shutil.copy(folder / "model.safetensors", folder / "more.safetensors"),
        "not a file that config.json names",
    ),
    "a missing file": (lambda folder: (folder / "zoo_tokenizers.json").unlink(), "lacks zoo_tok"),
    "a tokenizer to import": (
        resealed("zoo_tokenizers.json", lambda path: path.write_text(json.dumps(OUTSIDE))),
        "class_name",
    ),
    "a larger vocabulary": (
        resealed(
            "zoo_tokenizers.json",
            lambda path: path.write_text(
                json.dumps(dict.fromkeys(OUTSIDE, SymbolTokenizer(list("abcdef"), "").get_config()))
            ),
        ),
        "the tokenizer has 10 ids",
    ),
    "a pickle": (pickled, "pytorch_model.bin is pickled, which is never read"),
    "no JSON": (lambda folder: (folder / "config.json").write_text("{"), "is not JSON"),
}


@pytest.mark.parametrize("change, message", HOSTILE.values(), ids=HOSTILE)
def test_a_broken_folder_is_refused_in_one_line(saved, tmp_path, monkeypatch, change, message):
    folder = shutil.copytree(saved, tmp_path / "broken")
    monkeypatch.chdir(tmp_path)
    change(folder)
    with pytest.raises(ZooError, match=message) as error:
        zoo.from_pretrained(folder)
    assert "\n" not in str(error.value)
    assert not (tmp_path / "executed").exists()


def test_links_of_the_hubs_cache_are_followed(saved, tmp_path):
    snapshot, blobs = tmp_path / "snapshots" / "abc", tmp_path / "blobs"
    blobs.mkdir()
    snapshot.mkdir(parents=True)
    for path in saved.iterdir():
        shutil.copy(path, blobs / path.name)
        (snapshot / path.name).symlink_to(blobs / path.name)
    assert zoo.from_pretrained(snapshot).model.count_params()
