"""Sums."""

import re

from zoo.data.task import create_task


def test_sums():
    lengths = set()
    for example in create_task("addition", digits=3, train=3000, validation=40, test=60).splits[
        "train"
    ]:
        assert re.fullmatch(r"(0|[1-9]\d{0,2})\+(0|[1-9]\d{0,2})", example.source)
        first, second = example.source.split("+")
        assert example.references == (str(int(first) + int(second)),)
        lengths.add((len(first), len(second)))
    assert len(lengths) == 9
