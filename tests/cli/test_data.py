"""`zoo data inspect`: a report on one's own pairs before any training."""

import pytest


def test_the_report_counts_pairs_and_finds_what_two_splits_share(said, tmp_path):
    for name, text in (("train", "ein Haus\ta house\nzwei\ttwo\n"), ("test", "zwei\ttwo\n")):
        (tmp_path / f"{name}.tsv").write_text(text)
    (tmp_path / "validation.tsv").write_text("drei\tthree\n")
    text = said("data", "inspect", tmp_path)
    assert "train" in text and "validation" in text and "test" in text
    assert "house" not in said("data", "inspect", tmp_path / "test.tsv")


def test_columns_choose_the_sides(said, tmp_path):
    (tmp_path / "a.tsv").write_text("de\tid\ten\nein Haus\t7\ta house\n")
    words = ("data", "inspect", tmp_path / "a.tsv")
    there, back = (said(*words, "--columns", *sides) for sides in (("de", "en"), ("en", "de")))
    assert there != back


@pytest.mark.parametrize(
    "words, message",
    [
        (["data", "inspect", "none.tsv"], "there is no none.tsv"),
        (["data", "inspect", "a", "b", "c"], "one path, or two parallel text files, got 3"),
        (["data", "inspect"], "required: FILE"),
        (["data", "show", "a.tsv"], "invalid choice: 'show'"),
    ],
)
def test_a_mistake_is_one_clear_line(refused, tmp_path, monkeypatch, words, message):
    monkeypatch.chdir(tmp_path)
    assert message in refused(*words)
