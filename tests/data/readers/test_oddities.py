"""Oddities are counted, and told on one line each."""

import pytest

from zoo.data.readers.oddities import DataWarning, Oddities


def test_each_kind_has_a_line_with_its_first_place():
    oddities = Oddities()
    for number in range(1500):
        oddities.add("pairs of a kind", f"line {number + 2}")
    oddities.add("others", "line 9")
    assert oddities.lines() == [
        "pairs of a kind: 1,500, the first in line 2",
        "others: 1, the first in line 9",
    ]
    with pytest.warns(DataWarning) as told:
        oddities.warn()
    assert [str(warning.message) for warning in told] == oddities.lines()


def test_nothing_reaches_a_terminal_that_it_would_obey():
    oddities = Oddities()
    oddities.add("pairs", "a\n\x1b[31m\u202e\udcff.tsv, line 1")
    [line] = oddities.lines()
    assert line == "pairs: 1, the first in a\\n\\x1b[31m\\u202e\\udcff.tsv, line 1"
