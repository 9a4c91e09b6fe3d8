"""Dates as people write them in 30 locales to ISO 8601: attention is easy to see here.

The order of day, month and year differs by locale, months have names, and each digit of the output
comes from one place of the source. Short formats are left out, because 3/4 may be two days.
"""

import datetime
import re

from zoo.data.generated import fill
from zoo.data.task import Example, Task
from zoo.data.tokenizers import SymbolTokenizer
from zoo.registry import register_task

METRICS = ("exact_match", "cer", "perplexity")
LOCALES = (
    "bg cs da de el en_GB en_US es et fi fr hr hu id it "
    "ja ko lt lv nl nb pl pt ro ru sk sl sv tr uk"
).split()
FORMATS = ("long", "full")
FIRST = datetime.date(1900, 1, 1).toordinal()
LAST = datetime.date(2099, 12, 31).toordinal()


@register_task(
    "dates",
    title="Dates as written in 30 locales to ISO 8601",
    source="generated, with Babel's locales",
    licence="none needed; the locales are Unicode's CLDR",
    metrics=METRICS,
)
def dates(train=20000, validation=500, test=2000, seed=0):
    """Dates such as "den 3 februari 2001" to "2001-02-03", one token per character.

    Days range from 1900 to 2099.

    Args:
        train, validation, test: int, examples per split.
        seed: int, not negative. The data are a function of the seed, the other options and the
            version of Babel.

    Returns:
        `Task` with splits "train", "validation" and "test".

    Raises:
        ZooError: a value out of range.
    """
    from babel.dates import format_date

    def draw(rng, count):
        days = rng.integers(FIRST, LAST + 1, size=count).tolist()
        locales = rng.integers(len(LOCALES), size=count).tolist()
        formats = rng.integers(len(FORMATS), size=count).tolist()
        for day, locale, form in zip(days, locales, formats):
            date = datetime.date.fromordinal(day)
            yield Example(
                format_date(date, FORMATS[form], locale=LOCALES[locale]), (date.isoformat(),)
            )

    splits = fill(
        draw, {"train": train, "validation": validation, "test": test}, seed, "the smallest of them"
    )
    source = SymbolTokenizer.from_texts(
        (example.source for split in splits.values() for example in split), separator=""
    )
    options = dict(train=train, validation=validation, test=test, seed=seed)
    return Task(
        "dates",
        options,
        splits,
        source,
        SymbolTokenizer("-0123456789", separator=""),
        METRICS,
        alignment=true_positions,
    )


def true_positions(example):
    """Where each character of an ISO date stands in the date as people write it.

    A digit of the year or the day comes from that digit, a leading zero that is not written from
    the whole number, and a digit of the month from the whole name of the month.

    Args:
        example: `Example` of this task.

    Returns:
        List of ranges of source positions, and of None for hyphens. It is empty for a source that
        no locale writes.
    """
    from babel.dates import format_date

    date = datetime.date.fromisoformat(example.references[0])
    for locale in LOCALES:
        for form in FORMATS:
            if format_date(date, form, locale=locale) == example.source:
                year, month, day = written_fields(date, form, locale)
                return [*digits(year, 4), None, *digits(month, 2), None, *digits(day, 2)]
    return []


def written_fields(date, form, locale):
    """Year, month and day in a formatted date: three pairs of a text and its first position."""
    from babel.dates import DateTimeFormat, get_date_format

    values, position, fields = DateTimeFormat(date, locale), 0, {}
    pattern = get_date_format(form, locale=locale).format  # such as "%(d)s. %(MMMM)s %(y)s"
    for i, piece in enumerate(re.split(r"%\((\w+)\)s", pattern)):
        if i % 2:
            kind, piece = piece[0], values[piece]
            fields[kind] = piece, position
        position += len(piece)
    return [fields[kind] for kind in "yMd"]


def digits(field, count):
    """The source positions of each of the `count` digits to which a field is written out."""
    text, first = field
    whole = range(first, first + len(text))
    if not text.isdecimal():
        return [whole] * count
    return [whole] * (count - len(text)) + [range(i, i + 1) for i in whole]
