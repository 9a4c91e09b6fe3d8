"""Examples on disk."""

import pytest

from zoo.data.stored_pairs import StoredPairs
from zoo.data.task import Example

PAIRS = [(f"é{i}", f"t {i}") for i in range(30)]


def test_stored_pairs_are_a_sequence():
    stored = StoredPairs(PAIRS)
    assert len(stored) == len(PAIRS) and stored[-1] == Example(PAIRS[-1][0], (PAIRS[-1][1],))
    assert [x.source for x in stored[2:5]] == [source for source, _ in PAIRS[2:5]]
    assert [x.source for x in stored.take([7, 7, 1])] == [PAIRS[i][0] for i in (7, 7, 1)]
    with pytest.raises(IndexError):
        stored[len(PAIRS)]
