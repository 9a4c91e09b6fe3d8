"""Parallel texts: no wrong pair."""

import pytest

from zoo.data.readers.parallel import parallel_lines, parallel_rows
from zoo.errors import ZooError


@pytest.fixture
def write(tmp_path):
    def write(text, name):
        path = tmp_path / name
        path.write_bytes(text.encode())
        return path

    return write


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


def test_rows_name_their_line_and_may_be_empty(write):
    source, target = write("a\n\n", "s"), write("x\ny\n", "t")
    assert list(parallel_rows(source, target)) == [
        (f"{source}, line 1", "a", "x"),
        (f"{source}, line 2", "", "y"),
    ]
    with pytest.raises(ZooError, match="s has 2 lines and .*t has more"):
        list(parallel_rows(source, write("x\ny\nz\n", "t")))
