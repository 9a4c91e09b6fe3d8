"""`zoo find-lr`: a picture, a table, and an option to paste."""

import re

import pytest

from tests.cli.conftest import QUICK, TASK


def test_a_sweep_ends_in_an_option_to_paste(said, tmp_path):
    picture = tmp_path / "sweep.png"
    sweep = ["--low", "1e-4", "--high", "1", "--sweep", "20", "--out", picture]
    text = said(
        "find-lr", "lstm_seq2seq_nano", "reverse", "--set", "depth=1", *TASK, *QUICK, *sweep
    )
    assert re.search(r"falls the fastest at .*; the recipe's highest rate is [\d.]+\n", text)
    assert re.search(r"\ntry: --learning-rate \S+\n$", text) and str(picture) in text
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert 2 < len(picture.with_suffix(".csv").read_text().splitlines()) <= 21


def test_the_table_replaces_no_other_file(refused, tmp_path):
    data = tmp_path / "words.csv"
    data.write_text("source,target\n1,b\n")
    message = refused("find-lr", "t5_nano", "--data", data, "--out", tmp_path / "words.png")
    assert f"the table goes to {data}, where another file is" in message
    assert data.read_text() == "source,target\n1,b\n"


@pytest.mark.parametrize(
    "words, message",
    [
        (["find-lr", "t5_nano", "reverse", "--out", "x.txt"], "must end in .png, .svg or .pdf"),
        (["find-lr", "a/b", "reverse"], "a registered model that starts from scratch"),
        (["find-lr", "t5_nano"], "name a model and a task"),
        (["find-lr", "t5_nano", "reverse", *TASK, "--low", "0"], "from a rate above 0"),
    ],
)
def test_a_mistake_is_one_clear_line(refused, tmp_path, monkeypatch, words, message):
    monkeypatch.chdir(tmp_path)
    assert message in refused(*words) and not list(tmp_path.iterdir())
