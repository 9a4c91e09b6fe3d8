"""Tables: which lines look like a header, and where a column stands."""

import pytest

from zoo.data.readers.tables import comma_rows, looks_like_header, position, tab_rows
from zoo.errors import UnknownName, ZooError


@pytest.mark.parametrize(
    "source, target",
    [
        ("source", "target"),
        ("SRC", "Tgt"),
        ("en", "de"),
        ("English", "German"),
        ("source_text", "target_text"),
        ("text.en", "text.fr"),
        ("word", "pronunciation"),
        ("mr", "ref"),
    ],
)
def test_names_of_columns(source, target):
    assert looks_like_header(source, target)


@pytest.mark.parametrize(
    "source, target",
    [
        ("house", "Haus"),
        ("word", "Wort"),
        ("the source", "die Quelle"),
        ("a", "b"),
        ("text", "text"),
        ("-", "en"),
        ("12+3", "15"),
    ],
)
def test_pairs(source, target):
    assert not looks_like_header(source, target)


def test_position():
    assert position("b", ["a", "b"], "x") == 1
    with pytest.raises(UnknownName, match="unknown column of x: 'targt'; nearest: target"):
        position("targt", ["source", "target"], "x")
    with pytest.raises(ZooError, match="x: 2 columns are called 'a'"):
        position("a", ["a", "a"], "x")


def test_rows(tmp_path):
    (tmp_path / "a.tsv").write_text("de\tid\ten\nein\t1\ta\n")
    (tmp_path / "a.csv").write_text('en,de\n"a, b",x\n\n')
    assert [row[1:] for row in tab_rows(tmp_path / "a.tsv", ("de", "en"))] == [("ein", "a")]
    assert [row[1:] for row in comma_rows(tmp_path / "a.csv", ("de", "en"))] == [
        ("x", "a, b"),
        ("", ""),
    ]
