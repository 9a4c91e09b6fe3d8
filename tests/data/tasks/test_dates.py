"""Dates."""

import re

import pytest
from babel import Locale

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


def names_of(month):
    """How the locales write a month, in letters or without a leading zero."""
    forms = ("format", "stand-alone")
    known = [Locale.parse(locale).months[form]["wide"] for locale in LOCALES for form in forms]
    return {str(month)} | {names[month] for names in known}


def test_every_generated_date_has_an_alignment():
    examples = create_task("dates", train=30, validation=5, test=200).splits["test"]
    names = {month: names_of(month) for month in range(1, 13)}
    for example in examples:
        found, iso = true_positions(example), example.references[0]
        assert len(found) == 10 and found[4] is found[7] is None
        written = ["".join(example.source[i] for i in positions or ()) for positions in found]
        year, month, day = ([*part] for part in iso.split("-"))
        assert written[:4] == year, example
        assert written[5:7] == month or set(written[5:7]) <= names[int(iso[5:7])], example
        assert found[5] == found[6] or written[5:7] == month, example
        assert written[8:] == day or written[8:] == [str(int(iso[8:]))] * 2, example
    assert true_positions(Example("3/2/2001", ("2001-02-03",))) == []
