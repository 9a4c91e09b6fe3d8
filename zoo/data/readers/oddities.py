"""Counts what is odd about data, and reports it as warnings."""

import collections
import warnings

from zoo.printable import printable


class DataWarning(UserWarning):
    """Data were left out or look odd. The message counts them and names the first place."""


class Oddities:
    """Counts each kind of oddity and remembers where it was first seen.

    Attributes:
        counts: `Counter` of kinds.
        first: dict of kind to the place where it was first seen.
    """

    def __init__(self):
        self.counts = collections.Counter()
        self.first = {}

    def add(self, kind, place):
        """Counts one of a kind.

        Args:
            kind: str, such as "pairs left out, as a side is empty".
            place: str, such as "a.tsv, line 3".
        """
        self.counts[kind] += 1
        self.first.setdefault(kind, place)

    def include(self, others):
        """Takes over what other `Oddities` have counted."""
        self.counts.update(others.counts)
        self.first = others.first | self.first

    def lines(self):
        """One line per kind, such as "pairs left out, as a side is empty: 2, the first in ..."."""
        return [
            printable(f"{kind}: {count:,}, the first in {self.first[kind]}")
            for kind, count in self.counts.items()
        ]

    def warn(self):
        """Gives each line as a `DataWarning`."""
        for line in self.lines():
            warnings.warn(line, DataWarning, stacklevel=3)
