"""Lines of text files: nothing broken goes unnoticed."""

import gzip
import os
import pathlib
import threading

import pytest

from zoo.data.readers.lines import LONGEST_LINE, lines, placed_lines
from zoo.errors import ZooError


@pytest.fixture
def write(tmp_path):
    def write(data, name="text.txt"):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return write


@pytest.mark.parametrize(
    "data, expected",
    [
        ("a\nb\n", ["a", "b"]),
        ("a\nb", ["a", "b"]),
        ("", []),
        ("\n", [""]),
        ("a\r\nb\r\n", ["a", "b"]),
        ("a \n\n b", ["a ", "", " b"]),
        ("\ufeff", []),
        ("\ufeffa\n\ufeffb", ["a", "\ufeffb"]),
        ("a\u2028b\x0bc\x85d\n", ["a\u2028b\x0bc\x85d"]),
        ("a\rb\n", ["a\rb"]),
    ],
)
def test_a_line_ends_at_lf_only(write, data, expected):
    assert list(lines(write(data))) == expected
    assert list(lines(write(gzip.compress(data.encode()), "text.gz"))) == expected


@pytest.mark.parametrize(
    "data, name, message",
    [
        (b"a\n\xff\n", "t.txt", "line 2: not UTF-8"),
        (b"a\nb\0c\n", "t.txt", "line 2: has a NUL byte"),
        ("é".encode("utf-16"), "t.txt", "line 1"),
        (b"x" * (LONGEST_LINE + 1), "t.txt", "line 1: longer than 1,000,000 bytes"),
        (gzip.compress(b"word\n" * 9999, mtime=0)[:-20], "t.gz", "not a whole gzip file"),
        (b"plain", "t.gz", "not a whole gzip file"),
        (gzip.compress(b"plain", mtime=0), "t.txt", "line 1"),
    ],
)
def test_broken_files_are_named_with_their_line(write, data, name, message):
    with pytest.raises(ZooError, match=message) as raised:
        list(lines(write(data, name)))
    assert name in str(raised.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ZooError, match="cannot read the text file .*No such file"):
        list(lines(tmp_path / "none.txt"))
    with pytest.raises(ZooError, match="cannot read the text file"):
        list(lines(tmp_path))


def test_the_ending_of_a_gzip_file_may_be_in_capitals(write):
    assert list(lines(write(gzip.compress(b"a\n"), "t.GZ"))) == ["a"]


@pytest.mark.parametrize("name", ["pipe.tsv", "pipe.tsv.gz"])
def test_a_pipe_or_a_device_is_refused_and_never_waited_for(tmp_path, name):
    os.mkfifo(tmp_path / name)
    told = []

    def read(path):
        with pytest.raises(ZooError, match="is not a regular file") as raised:
            list(lines(path))
        told.append(str(raised.value))

    for path in (tmp_path / name, pathlib.Path("/dev/zero")):
        reader = threading.Thread(target=read, args=(path,), daemon=True)
        reader.start()
        reader.join(10)
    assert len(told) == 2 and name in told[0] and "/dev/zero" in told[1]


def test_a_carriage_return_within_a_line_is_an_error(write):
    assert [text for _, text in placed_lines(write("a\r\nb\n"))] == ["a", "b"]
    with pytest.raises(ZooError, match="line 2: a carriage return"):
        list(placed_lines(write("a\nb\rc\n")))
