"""What is said of broken files of pairs, and of files that are odd but whole."""

import gzip

import pytest

from tests.data.readers.pair_files import objects, read, write
from zoo.data.readers.lines import LONGEST_LINE
from zoo.data.readers.oddities import DataWarning, Oddities
from zoo.errors import ZooError


@pytest.mark.parametrize(
    "files, message",
    [  # one file each but for parallel texts; tab between, no header
        ({"a.tsv": "a\n"}, "a.tsv, line 1: there is no tab"),
        ({"a.tsv": "a\tb\nc\n"}, "line 2: there is no tab"),
        ({"a.tsv": "a\tb\tc\n"}, "line 1: 3 columns where 2 .*--columns"),
        ({"a.tsv": "a b\n"}, "line 1: there is no tab"),
        ({"a.tsv": "a\t\tb\n"}, "line 1: 3 columns"),
        ({"a.tsv": "a\tb\t\n"}, "line 1: 3 columns"),
        ({"a.tsv": b"a\tb\nc\0\td\n"}, "line 2: has a NUL byte"),
        ({"a.tsv": b"a\tb\n\xff\td\n"}, "line 2: not UTF-8"),
        ({"a.tsv": "ä\tb\n".encode("latin-1")}, "line 1: not UTF-8"),
        ({"a.tsv": "a\tb\n".encode("utf-16")}, "line 1"),
        ({"a.tsv": "a\tb\n".encode("utf-32")}, "line 1"),
        ({"a.tsv": b"x" * (LONGEST_LINE + 1)}, "line 1: longer than 1,000,000"),
        ({"a.tsv": "a\tb\rc\td\r"}, "line 1: a carriage return"),
        ({"a.tsv": "a\tb\n\rc\td\n"}, "line 2: a carriage return"),
        ({"a.tsv.gz": b"!a\tb\n"}, "not a whole gzip"),
        ({"a.tsv": b"!" + gzip.compress(b"a\tb\n")}, "line 1"),
        (
            {"a.tsv.gz": b"!" + gzip.compress(b"a\tb\n" * 9999)[:-9]},
            "not a whole gzip file after line",
        ),
        ({"a.tsv.gz": b"!" + gzip.compress(b"a\tb\n" * 9)[:20]}, "not a whole gzip file"),
        ({"a.tsv.gz": b"!"}, None),
        ({"a.csv": ""}, "line 1:.*'source'"),
        ({"a.csv": "de,en\na,b\n"}, "line 1:.*'source'"),
        ({"a.csv": "source,target\na\n"}, "line 2: 1 columns where the header has 2"),
        ({"a.csv": "source,target\na,b,c\n"}, "line 2: 3 columns"),
        ({"a.csv": 'source,target\n"a,b\n'}, "line 2: not CSV"),
        ({"a.csv": 'source,target\n"a"x,b\n'}, "line 2: not CSV"),
        ({"a.csv": "source;target\na;b\n"}, "line 1:.*'source'"),
        ({"a.csv": "source,source,target\na,b,c\n"}, "2 columns are called 'source'"),
        ({"a.csv": b"source,target\na,\xff\n"}, "line 2: not UTF-8"),
        ({"a.jsonl": "[]\n"}, "line 1: expected an object with the field"),
        ({"a.jsonl": "3\n"}, "line 1: expected an object with the field"),
        ({"a.jsonl": "{\n"}, "line 1: not JSON"),
        (
            {"a.jsonl": '{"source": "a", "target": "b"}\n{"source": "a"}\n'},
            "line 2:.*'target'; known: source",
        ),
        (
            {"a.jsonl": '{"source": "a", "target": 3}\n'},
            "line 1: the field 'target' is not text but '3'",
        ),
        (
            {"a.jsonl": '{"source": [4, 5, 2], "target": "b"}\n'},
            "line 1: the field 'source' is not text but",
        ),
        (
            {"a.jsonl": '{"source": {"x": "a"}, "target": "b"}\n'},
            "line 1: the field 'source' is not text but",
        ),
        (
            {"a.jsonl": '{"source": true, "target": "b"}\n'},
            "line 1: the field 'source' is not text",
        ),
        ({"a.jsonl": '{"source": "a\\ud800", "target": "b"}\n'}, "line 1:.*half a surrogate pair"),
        ({"a.jsonl": '{"source": "a\\u0000", "target": "b"}\n'}, "line 1:.*NUL"),
        ({"a.jsonl": '{"source": "a", "target": "b"} {}\n'}, "line 1: not JSON"),
        ({"a.jsonl": "[" * 99999 + "\n"}, "line 1: not JSON"),
        ({"a.jsonl": '[\n{"source": "a", "target": "b"}\n]\n'}, "line 1: not JSON"),
        ({"a.jsonl": b'{"source": "\xff", "target": "b"}\n'}, "line 1: not UTF-8"),
        ({"s.de": "a\nb\n", "t.en": "x\n"}, "t.en has 1 lines and .*s.de has more"),
        ({"s.de": "a\n", "t.en": "x\ny\n"}, "s.de has 1 lines and .*t.en has more"),
        ({"s.de": "", "t.en": "x\n"}, "s.de has 0 lines"),
        ({"s.de": b"a\n\xff\n", "t.en": "x\ny\n"}, "s.de, line 2: not UTF-8"),
        ({"s.de": "a\nb\n", "t.en": b"x\ny\0\n"}, "t.en, line 2: has a NUL byte"),
        ({"s.de": "a\rb\r", "t.en": "x\ny\n"}, "s.de, line 1: a carriage return"),
        ({"a.txt": "a\tb\n"}, "a.txt is not a table"),
        ({"a": "a\tb\n"}, "is not a table"),
        ({"a.xlsx": "PK"}, "is not a table"),
        ({"a.parquet": "PAR1"}, "is not a table"),
        ({"a.json": "[]"}, "is not a table"),
        ({"a.tsv.zip": "PK"}, "is not a table"),
        (
            {"a.tsv": "x\ty\n", "b.tsv": "a\tb\n", "c.tsv": "a\tb\n"},
            "one path, or two parallel text files, got 3",
        ),
    ],
)
def test_broken_files_are_errors_with_file_and_line(tmp_path, files, message):
    write(tmp_path, files)
    if message is None:  # nothing in it is no error of the file
        assert read(tmp_path, list(files)) == {None: []}
        return
    with pytest.raises(ZooError, match=message):
        read(tmp_path, list(files))


@pytest.mark.parametrize(
    "files, expected, place",
    [
        ({"a.tsv": "a\tb\n\nc\td\n"}, 1, "a.tsv, line 2"),
        ({"a.tsv": "a\t\nc\td\n \tf\n"}, 2, "a.tsv, line 1"),
        ({"a.csv": "source,target\na,\nc,d\n"}, 1, "a.csv, line 2"),
        ({"a.csv": "source,target\n\nc,d\n"}, 1, "a.csv, line 2"),
        (
            {"a.jsonl": '{"source": "a", "target": null}\n{"source": "c", "target": "d"}\n\n'},
            2,
            "a.jsonl, line 1",
        ),
        ({"s": "a\nc\n", "t": "\nd\n"}, 1, "s, line 1"),
        ({"s": "\u3000\nc\n", "t": "x\nd\n"}, 1, "s, line 1"),
    ],
)
def test_empty_sides_are_left_out_and_counted(tmp_path, files, expected, place):
    write(tmp_path, files)
    oddities = Oddities()
    assert read(tmp_path, list(files), oddities=oddities)[None][-1] == ("c", "d")
    [(kind, count)] = oddities.counts.items()
    assert (
        kind == "pairs left out, as a side is empty"
        and count == expected
        and oddities.first[kind].endswith(place)
    )
    with pytest.warns(DataWarning, match=f"{expected}, the first in .*{place}"):
        oddities.warn()


def test_line_ends_within_a_text_become_blanks_and_are_counted(tmp_path):
    write(
        tmp_path,
        {
            "a.jsonl": objects({"source": "a\nb", "target": "c\td"}),
            "b.csv": 'source,target\n"a\nb",c\n',
        },
    )
    for name in ("a.jsonl", "b.csv"):
        oddities = Oddities()
        assert read(tmp_path, name, oddities=oddities)[None][0][0] == "a b"
        assert list(oddities.counts.values()) == [1]


@pytest.mark.parametrize(
    "files", [{"a.tsv": "src\ttgt\nc\td\nen\tde\n"}, {"s": "English\nc\n", "t": "German\nd\n"}]
)
def test_a_header_that_becomes_a_pair_is_told_and_kept(tmp_path, files):
    write(tmp_path, files)
    oddities = Oddities()
    pairs = read(tmp_path, list(files), oddities=oddities)[None]
    assert pairs[1] == ("c", "d") and pairs[0] in [("src", "tgt"), ("English", "German")]
    [(kind, count)] = oddities.counts.items()
    assert "look like a header" in kind and "--columns en de" in kind and count == 1
    assert oddities.first[kind].endswith("line 1")


def test_a_header_that_is_named_is_no_pair(tmp_path):
    write(tmp_path, {"a.tsv": "source\ttarget\nc\td\n"})
    oddities = Oddities()
    assert read(tmp_path, "a.tsv", ("source", "target"), oddities)[None] == [("c", "d")]
    assert not oddities.counts
