"""Dates as people write them in 30 locales to ISO 8601: the task on which attention is easy to see.

Day, month and year stand in another order in every locale, months have names, and each digit of the output comes from one place
of the source. Short formats are left out, since 3/4 is two days.
"""

import datetime

from zoo.data.generated import fill
from zoo.data.task import Example, Task
from zoo.data.tokenizers import SymbolTokenizer
from zoo.registry import register_task

METRICS = ("exact_match", "token_error_rate", "perplexity")
LOCALES = (
    "bg",
    "cs",
    "da",
    "de",
    "el",
    "en_GB",
    "en_US",
    "es",
    "et",
    "fi",
    "fr",
    "hr",
    "hu",
    "id",
    "it",
    "ja",
    "ko",
    "lt",
    "lv",
    "nl",
    "nb",
    "pl",
    "pt",
    "ro",
    "ru",
    "sk",
    "sl",
    "sv",
    "tr",
    "uk",
)
FORMATS = ("long", "full")
FIRST, LAST = datetime.date(1900, 1, 1).toordinal(), datetime.date(2099, 12, 31).toordinal()


@register_task(
    "dates",
    title="Dates as written in 30 locales to ISO 8601",
    source="generated, with Babel's locales",
    licence="none needed; the locales are Unicode's CLDR",
    metrics=METRICS,
)
def dates(train=20000, validation=500, test=2000, seed=0):
    """Dates such as "den 3 februari 2001" to "2001-02-03", a token a character; days from 1900 to 2099.

    Args:
        train, validation, test: int, examples a split.
        seed: int, not negative; the data are a function of it, of the other options, and of the version of Babel.

    Returns:
        `Task` with splits "train", "validation" and "test".

    Raises:
        ZooError: a value out of its range.
    """
    from babel.dates import format_date

    def draw(rng, count):
        days, locales, formats = (
            rng.integers(*bounds, size=count).tolist()
            for bounds in ((FIRST, LAST + 1), (len(LOCALES),), (len(FORMATS),))
        )
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
        "dates", options, splits, source, SymbolTokenizer("-0123456789", separator=""), METRICS
    )
