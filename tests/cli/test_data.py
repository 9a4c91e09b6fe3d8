"""`zoo data inspect`: a report on one's own pairs before any training."""

import re

import pytest


def test_the_report_counts_pairs_and_finds_what_two_splits_share(said, tmp_path):
    for name, text in (("train", "ein Haus\ta house\nzwei\ttwo\n"), ("test", "zwei\ttwo\n")):
        (tmp_path / f"{name}.tsv").write_text(text)
    (tmp_path / "validation.tsv").write_text("drei\tthree\n")
    found = table(said("data", "inspect", tmp_path))
    assert [found[split] for split in ("train", "validation", "test")] == ["2", "1", "1"]
    for kind in ("sources", "pairs"):
        assert found[f"{kind} of test that are in train"] == "1"
        assert found[f"{kind} of validation that are in train"] == "0"
    assert found["pairs that occurred before"] == "1"
    alone = table(said("data", "inspect", tmp_path / "train.tsv"))
    assert alone["pairs that occurred before"] == "0"
    assert not any("in train" in line for line in alone)  # the hash of the source cuts


def table(text):
    """The last number of each line of the report, by what stands before it."""
    lines = (re.split(r"  +", line.strip()) for line in text.splitlines())
    return {first: rest[-1] for first, *rest in lines if rest}


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
        (["data", "show", "a.tsv"], "unknown choice 'show'; "),
    ],
)
def test_a_mistake_is_one_clear_line(refused, tmp_path, monkeypatch, words, message):
    monkeypatch.chdir(tmp_path)
    assert message in refused(*words)
