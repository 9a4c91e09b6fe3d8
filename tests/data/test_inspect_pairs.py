"""What is told of one's own data."""

import os
import re

import pytest

from zoo.data.inspect_pairs import Inspection, is_ids, odd
from zoo.data.task import create_task
from zoo.errors import ZooError

PAIRS = [(f"source {i}", f"target {i}") for i in range(200)]


def write(path, pairs):
    path.write_text("".join(f"{source}\t{target}\n" for source, target in pairs), encoding="utf-8")


@pytest.mark.parametrize(
    "source, target, kind",
    [
        ("same", "same", "the same text on both sides"),
        ("a", "b" * 10, "a side more than 9 times as long"),
        ("a" * 1001, "b" * 999, "a text of more than 1,000 characters"),
        ("a\ufffd", "b", "U\\+FFFD"),
        ("a\x07", "b", "control"),
        ("\u00c3\u00a4pfel", "apples", "read as Latin-1"),
        ("a <b>c</b>", "de", "HTML"),
        ("a &amp; b", "c and d", "HTML"),
        ("a\u0308pfel", "apples", "NFC"),
        ("4 5 2", "a b c", "token ids"),
    ],
)
def test_oddities(source, target, kind):
    [found] = odd(source, target)
    assert re.search(kind, found)
    [found] = odd(target, source)
    assert re.search(kind, found)


@pytest.mark.parametrize(
    "source, target",
    [
        ("ein Haus", "a house"),
        ("a < b", "c > d"),
        ("x & y", "x and y"),
        ("12+34", "46"),
        ("7", "seven"),
        ("Ã", "A tilde"),
        ("Äpfel", "apples"),
        ("a" * 9, "b"),
        ("\u3042\u3044", "ai"),
    ],
)
def test_nothing_odd(source, target):
    assert list(odd(source, target)) == []


def test_whole_numbers():
    assert is_ids("4 5 2") and not is_ids("4") and not is_ids("4 5 a") and not is_ids("")


def test_figures_splits_and_duplicates(tmp_path):
    write(tmp_path / "a.tsv", [*PAIRS, PAIRS[0], ("source 0", "other"), ("", "x")])
    found = Inspection(str(tmp_path / "a.tsv"))
    assert (
        sum(found.splits.values()) == 202
        and found.cut
        and list(found.splits) == ["train", "validation", "test"]
    )
    assert list(found.repeated.values()) == [1, 1]
    assert found.oddities.counts == {"pairs left out, as a side is empty": 1}
    source, target = (side.figures() for side in found.sides)
    assert (
        source["words per text, mean"] == "2.0"
        and source["distinct words"] == "201"
        and target["seen once"] == "200"
    )
    assert source["most characters"] == "10" and source["tokenizer that fits"] == "character"


def test_overlap_of_given_splits(tmp_path):
    write(tmp_path / "train.tsv", PAIRS)
    write(tmp_path / "test.tsv", [PAIRS[3], ("source 4", "another"), ("new", "one")])
    found = Inspection(str(tmp_path))
    assert found.splits == {"train": 200, "test": 3} and not found.cut
    assert (
        found.repeated["sources of test that are in train"] == 2
        and found.repeated["pairs of test that are in train"] == 1
    )


def test_the_report_has_it_all(tmp_path):
    write(tmp_path / "a.tsv", [*PAIRS, ("x &amp; y", "z"), ("&lt;", "<<<")])
    report = Inspection(str(tmp_path / "a.tsv")).report()
    for part in (
        "pairs, cut by the hash",
        "tokenizer that fits",
        "pairs that occurred before",
        "oddities:\npairs with HTML",
    ):
        assert part in report
    assert "entities: 2, the first in pair 201" in report


def test_no_pair(tmp_path):
    write(tmp_path / "a.tsv", [])
    with pytest.raises(ZooError, match="has no pair"):
        Inspection(str(tmp_path / "a.tsv"))


def test_no_pair_for_training(tmp_path):
    write(tmp_path / "train.tsv", [])
    write(tmp_path / "test.tsv", [("a", "b")])
    with pytest.raises(ZooError, match="has no pair for training"):
        Inspection(str(tmp_path))


def test_files_are_named_as_a_reader_would(tmp_path):
    write(tmp_path / "empty.tsv", [])
    with pytest.raises(ZooError) as raised:
        Inspection([str(tmp_path / "empty.tsv")])
    assert str(raised.value) == f"{tmp_path / 'empty.tsv'} has no pair"


def test_a_pipe_is_one_line(tmp_path):
    os.mkfifo(tmp_path / "a.tsv")
    with pytest.raises(ZooError, match="a.tsv is not a regular file"):
        Inspection([str(tmp_path / "a.tsv")])


def test_a_header_is_told(tmp_path):
    write(tmp_path / "a.tsv", [("source", "target"), *PAIRS])
    assert "look like a header" in Inspection(str(tmp_path / "a.tsv")).report()


def test_names_of_files_reach_no_terminal_raw(tmp_path):
    path = tmp_path / "a\x1b[31m.tsv"
    write(path, [*PAIRS, ("", "x")])
    report = Inspection(str(path)).report()
    assert "\x1b" not in report and "a\\x1b[31m.tsv, line 201" in report


def test_a_tokenizer_fits_that_training_takes(tmp_path):
    pairs = [(f"w{i % 20} w{i // 20} {'x' * 101}", "t") for i in range(400)]
    write(tmp_path / "a.tsv", pairs)
    source, _ = (side.figures() for side in Inspection(str(tmp_path / "a.tsv")).sides)
    assert source["tokenizer that fits"] == "word"
    assert create_task("files", data=str(tmp_path / "a.tsv")).source_tokenizer.separator == " "


def test_files_are_counted_as_training_counts_them(tmp_path, monkeypatch):
    names = [f"{i}.wav" for i in range(200)]
    write(tmp_path / "train.tsv", [(name, "x") for name in names])
    write(tmp_path / "test.tsv", [(tmp_path / name, "x") for name in names[:3]])
    found = Inspection(str(tmp_path)).repeated
    assert found["sources of test that are in train"] == 3
    assert found["pairs of test that are in train"] == 3
    write(tmp_path / "short.tsv", [(name, "x") for name in names])
    write(tmp_path / "whole.tsv", [(tmp_path / name, "x") for name in names])
    monkeypatch.chdir(tmp_path)
    assert Inspection("short.tsv").splits == Inspection("whole.tsv").splits


def test_sources_may_be_files(tmp_path):
    (tmp_path / "1.wav").write_bytes(b"")
    (tmp_path / "list.tsv").write_text("1.wav\t3 5\n2.wav\t4 4\n")
    report = Inspection([tmp_path / "list.tsv"]).report()
    assert re.search(r"words per text, mean +2\.0\n", report)  # of the target alone
    assert re.search(r"tokenizer that fits +recording +character\n", report)
    assert "sources whose file is missing: 1, the first in pair 2" in report
    assert "token ids" not in report


def test_too_few_pairs_for_three_splits_are_said_to_be(tmp_path):
    (tmp_path / "two.tsv").write_text("a\tb\nc\td\n")
    report = Inspection([tmp_path / "two.tsv"]).report()
    assert "cut by the hash of the source; too few: none is left for validation and test" in report


def test_a_text_that_ends_like_a_file_is_a_text(tmp_path):
    long = "word " * 80 + "photo.png"
    (tmp_path / "texts.tsv").write_text(f"wav\ta\n{long}\tb\nsome text\tc\n")
    report = Inspection([tmp_path / "texts.tsv"]).report()
    assert re.search(r"tokenizer that fits +\w+ +character\n", report)
    assert "missing" not in report and "recording" not in report
