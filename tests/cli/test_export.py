"""`zoo export`: tests/export has what each format holds, docs/exporting.md what a user types."""

import pathlib

import pytest

import zoo


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


@pytest.mark.parametrize(
    "words, format, options",
    [
        (
            ["--format", "savedmodel", "--beam", "2", "--length-penalty", "1", "--max-length", "8"],
            "savedmodel",
            {"strategy": zoo.Beam(2, length_penalty=1), "max_length": 8},
        ),
        (["--format", "savedmodel", "--beam", "2"], "savedmodel", {"strategy": zoo.Beam(2)}),
        (["--format", "onnx", "--max-length", "8"], "onnx", {"max_length": 8}),
        (["--dtype", "float16"], "zoo", {"dtype": "float16"}),
        ([], "zoo", {}),
    ],
)
def test_a_run_leaves_as_it_is_asked_to(said, here, monkeypatch, words, format, options):
    asked = []
    monkeypatch.setattr("zoo.export.export", lambda *given, **more: asked.append((given, more)))
    text = said("export", "runs/plain", "served", *words)
    assert text.splitlines()[0] == f"{format}: served"
    [((model, folder, name), given)] = asked
    assert (model.name, folder, name) == ("lstm_seq2seq_nano", pathlib.Path("served"), format)
    assert given == options


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
