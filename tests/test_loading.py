"""One way to a text model, whatever holds it; a `.keras` file opens in a fresh process."""

import subprocess
import sys

import numpy as np
import pytest

import zoo
from tests.small_training import bag_registered, task, train  # noqa: F401
from zoo.data.tokenizers import ByteTokenizer
from zoo.errors import ZooError
from zoo.training.optimizer import make_optimizer


@pytest.fixture(scope="module", autouse=True)
def registered():
    with bag_registered():
        yield


def test_a_run_is_loaded_by_its_folder(task, tmp_path):  # noqa: F811
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
    with pytest.raises(ZooError, match="there is no run nowhere"):
        zoo.load("nowhere")


def test_loads_in_a_fresh_process(tmp_path):
    model = zoo.create("transformer_nano", 20, 20)
    model.compile(optimizer=make_optimizer(zoo.Recipe(), 100), loss=zoo.TokenCrossentropy(0.1))
    ids = np.array([[5, 6, 2]], "int32")
    model.save(tmp_path / "model.keras")
    np.save(tmp_path / "ids.npy", ids)
    code = (
        "import sys, numpy, zoo; folder = sys.argv[1]; ids = numpy.load(folder + '/ids.npy');"
        "logits = zoo.load_model(folder + '/model.keras')((ids, ids))\n"
        "numpy.save(folder + '/logits.npy', numpy.asarray(logits))"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
    np.testing.assert_array_equal(np.load(tmp_path / "logits.npy"), model((ids, ids)))


def test_says_what_is_wrong_with_a_file(tmp_path):
    with pytest.raises(zoo.ZooError, match="there is no file"):
        zoo.load_model(tmp_path / "none.keras")
    (tmp_path / "broken.keras").write_bytes(b"PK not a zip")
    with pytest.raises(zoo.ZooError, match="not a model file"):
        zoo.load_model(tmp_path / "broken.keras")


def test_a_model_of_frames_is_created_by_their_width():
    model = zoo.create("lstm_seq2seq_nano", source_features=4, target_vocabulary=9)
    assert (model.source_vocabulary, model.source_features) == (None, 4)
    with pytest.raises(ZooError, match="give one of source_vocabulary and source_features"):
        zoo.create("lstm_seq2seq_nano", 8, 9, source_features=4)
    with pytest.raises(ZooError, match="lstm_seq2seq_nano needs target_vocabulary"):
        zoo.create("lstm_seq2seq_nano", source_features=4)
    with pytest.raises(ZooError, match="needs one vocabulary, got frames and 9 target ids"):
        zoo.create("transformer_midi", source_features=4, target_vocabulary=9)
