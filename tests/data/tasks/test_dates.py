"""Dates."""

import re

from zoo.data.task import create_task
from zoo.data.tasks.dates import LOCALES


def test_dates():
    examples = create_task("dates", train=3000, validation=40, test=60).splits["train"]
    for example in examples:
        year, month, day = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", example.references[0]).groups()
        assert year in example.source and str(int(day)) in example.source, example
    sources = [example.source for example in examples]
    assert any("février" in text for text in sources) and any("月" in text for text in sources)
    assert len(set(LOCALES)) == 30
