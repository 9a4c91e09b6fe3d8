"""`zoo export`: tests/export has what each format holds, docs/exporting.md what a user types."""

import pytest


@pytest.mark.parametrize(
    "words, message",
    [
        (
            ["export", "runs/plain", "out", "--format", "transformers"],
            "LSTMSeq2Seq is not a model that transformers has",
        ),
        (["export", "runs/none", "out"], "there is no run runs/none"),
        (["export", "runs/plain"], "required: FOLDER"),
        (["export", "runs/plain", "out", "--format", "onx"], "unknown format 'onx'; nearest: onnx"),
        (["export", "runs/plain", "out", "--beam", "0"], "beam must be a whole number above 0"),
        (["export", "runs/plain", "out", "--beam", "2"], "does not take --beam; what does: savedm"),
        (["export", "runs/plain", "out", "--length-penalty", "1"], "--length-penalty needs --beam"),
        (
            ["export", "runs/plain", "out", "--format", "keras", "--max-length", "3"],
            "keras does not take --max-length; what does: savedmodel, onnx",
        ),
        (
            ["export", "runs/plain", "out", "--format", "ctranslate2"],
            "holds Transformers with an encoder and a decoder, which LSTMSeq2Seq is not",
        ),
    ],
)
def test_a_mistake_is_one_clear_line(mistake, here, words, message):
    mistake(words, message)
    assert not (here / "out").exists()


def test_a_run_leaves_with_its_beam(said, here):
    words = ["export", "runs/plain", "served", "--format", "savedmodel", "--beam", "2"]
    assert said(*words) == "savedmodel: served\n"
    assert (here / "served" / "saved_model.pb").is_file()


def test_a_run_leaves_as_a_folder_that_opens(said, here):
    assert said("export", "runs/plain", "shared") == (
        "zoo: shared\ntry: zoo generate shared TEXT\n"
    )
    assert "# shared" in (here / "shared" / "README.md").read_text()
    assert said("generate", "shared", "a b") == said("generate", "runs/plain", "a b")


def test_a_folder_that_cannot_be_written_is_refused_at_once(refused, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "name a new folder" in refused("export", "no-such-run", ".")
    (tmp_path / "full").write_text("")
    assert "full exists already" in refused("export", "no-such-run", "full")
