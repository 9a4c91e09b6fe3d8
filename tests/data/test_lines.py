"""Lines and pairs of them: nothing broken goes unnoticed."""

import gzip

import pytest

from zoo.data.lines import LONGEST_LINE, lines, parallel_lines
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
        (b"a\n\xff\n", "t.txt", "line 2: no UTF-8"),
        (b"a\nb\0c\n", "t.txt", "line 2: has a NUL byte"),
        ("é".encode("utf-16"), "t.txt", "line 1"),
        (b"x" * (LONGEST_LINE + 1), "t.txt", "line 1: longer than 1,000,000 bytes"),
        (gzip.compress(b"word\n" * 9999, mtime=0)[:-20], "t.gz", "no whole gzip file"),
        (b"plain", "t.gz", "no whole gzip file"),
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


def test_pairs(write):
    source, target = write("a\n b \n", "s"), write("x\r\ny", "t")
    assert parallel_lines(source, target) == [("a", "x"), ("b", "y")]


@pytest.mark.parametrize(
    "source, target, message",
    [
        ("a\nb\n", "x\n", "has 2 lines and .* 1, so that"),
        ("a\n\n", "x\ny\n", "line 2: empty"),
        ("a\nb\n", "x\n \n", "line 2: empty"),
    ],
)
def test_no_wrong_pair(write, source, target, message):
    with pytest.raises(ZooError, match=message):
        parallel_lines(write(source, "s"), write(target, "t"))
