"""Where a checkpoint is found: in a folder, in the hub's cache or on the hub."""

import types

import pytest

import zoo
from zoo.data.tokenizers import ByteTokenizer
from zoo.errors import ZooError
from zoo.pretrained import hub


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
        ("RepositoryNotFoundError", False, "hub has no repository of this name"),
        ("GatedRepoError", False, "'a/b' is gated"),
        ("LocalEntryNotFoundError", False, "hub cannot be reached"),
        ("LocalEntryNotFoundError", True, "HF_HUB_OFFLINE forbids"),
        ("HFValidationError", False, "not the name of a hub repository"),
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
    patterns = asked["allow_patterns"]
    assert {"config.json", "model.safetensors", "model-*-of-*.safetensors"} <= set(patterns)
    assert {"tokenizer.json", "spiece.model", "vocab.json", "zoo_tokenizers.json"} <= set(patterns)
    assert {pattern.rpartition(".")[2] for pattern in patterns} == {
        "json",
        "model",
        "safetensors",
        "spm",
        "txt",
    }


def test_a_folder_of_ones_own_comes_before_a_trained_model(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name = zoo.registry.trained.list_trained()[0]
    model, tokenizer = zoo.create("t5_nano", 260, 260, tied_embeddings="all"), ByteTokenizer()
    zoo.save_pretrained(zoo.TextModel(model, tokenizer, tokenizer), name)
    assert zoo.load(name).name == "t5_nano" and zoo.load(f"./{name}").name == "t5_nano"
