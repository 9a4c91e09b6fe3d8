"""Dates."""

import re

import pytest

from zoo.data.task import Example, create_task
from zoo.data.tasks.dates import LOCALES, true_positions


def test_dates():
    examples = create_task("dates", train=3000, validation=40, test=60).splits["train"]
    for example in examples:
        year, month, day = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", example.references[0]).groups()
        assert year in example.source and str(int(day)) in example.source, example
    sources = [example.source for example in examples]
    assert any("février" in text for text in sources) and any("月" in text for text in sources)
    assert len(set(LOCALES)) == 30


@pytest.mark.parametrize(
    "source, iso, expected",
    [
        ("3 februari 2001", "2001-02-03", "2 0 0 1 - februari februari - 3 3"),
        ("Friday, December 31, 1999", "1999-12-31", "1 9 9 9 - December December - 3 1"),
        ("2001年2月13日火曜日", "2001-02-13", "2 0 0 1 - 2 2 - 1 3"),
        ("2001년 11월 3일", "2001-11-03", "2 0 0 1 - 11월 11월 - 3 3"),
        ("Sabtu, 03 Februari 2001", "2001-02-03", "2 0 0 1 - Februari Februari - 0 3"),
        ("2001. gada 3. februāris", "2001-02-03", "2 0 0 1 - februāris februāris - 3 3"),
    ],
)
def test_each_digit_of_a_date_knows_where_it_is_written(source, iso, expected):
    found = true_positions(Example(source, (iso,)))
    texts = ["-" if p is None else "".join(source[i] for i in p) for p in found]
    assert texts == expected.split()


def test_every_generated_date_has_an_alignment():
    examples = create_task("dates", train=30, validation=5, test=200).splits["test"]
    for example in examples:
        found = true_positions(example)
        assert len(found) == 10 and found[4] is found[7] is None
        for character, positions in zip(example.references[0], found):
            written = "".join(example.source[i] for i in positions or ())
            assert character == written or len(written) != 1 or character in "-0", example
    assert true_positions(Example("3/2/2001", ("2001-02-03",))) == []
