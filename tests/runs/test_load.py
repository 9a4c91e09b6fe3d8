"""One way to a text model, whatever holds it."""

import pytest

import zoo
from tests.small_training import train
from zoo.data.tokenizers import ByteTokenizer
from zoo.errors import ZooError


def test_a_run_is_loaded_by_its_folder(task, tmp_path):
    run = train(task, tmp_path / "run", epochs=1)
    text = zoo.load(tmp_path / "run")
    assert text.label == str(tmp_path / "run") and text.name == "bag_test"
    assert (text.longest_source, text.longest_target) == (5, 5) and not text.compiled
    assert text.generate(["a b"]) == run.text_model().generate(["a b"])
    again = zoo.train(
        text, task, run.recipe, tmp_path / "again", progress=False
    )  # a run is the start of another
    assert again.config["pretrained"] == str(tmp_path / "run")


def test_a_checkpoint_is_loaded_by_its_folder(tmp_path):
    model = zoo.create("t5_nano", 260, 260, tied_embeddings="all")
    written = zoo.TextModel(model, ByteTokenizer(), ByteTokenizer())
    zoo.save_pretrained(written, tmp_path / "out")
    text = zoo.load(tmp_path / "out")
    assert text.label == str(tmp_path / "out") and text.longest_source is None
    decoding = zoo.Decoding(max_length=5, compiled=False)
    assert text.generate(["ab"], decoding) == written.generate(["ab"], decoding)


def test_a_name_that_is_neither(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ZooError, match="nowhere is no run folder"):
        zoo.load("nowhere")
