"""Errors of forecasts. A series is text: its numbers with blanks between them.

A source may begin with its level, such as "level=2.1", which was subtracted from all of its numbers
and from those of the forecast. An output that ends too early goes on with its last number, or 0 if
it has none; what it has beyond the reference is left out.
"""

import numpy as np

from zoo.data.tokenizers.numbers import LEVEL, is_number
from zoo.errors import ZooError

SEASON = 24  # steps after which a series repeats: the hours of a day


def numbers(text):
    """The numbers of a text: float64 [n]. What is not a number is left out."""
    return np.array([float(word) for word in text.split() if is_number(word)])


def forecasts(hypotheses, references):
    """Yields the forecast and the true values of each example, float64 [n] each.

    The first reference counts. Raises `ZooError` if it has no number.
    """
    for hypothesis, texts in zip(hypotheses, references):
        true, made = numbers(texts[0]), numbers(hypothesis)
        if not len(true):
            raise ZooError(f"the reference of a forecast has no number: {texts[0][:40]!r}")
        rest = np.full(max(0, len(true) - len(made)), made[-1] if len(made) else 0.0)
        yield np.concatenate([made, rest])[: len(true)], true


def mase_counts(hypotheses, references, sources):
    """Per example: its mean absolute scaled error (Hyndman and Koehler 2006), and 1.

    The scale is the mean absolute difference, within the source, between a value and the one a
    season before. A constant source has no scale, and its error stays unscaled.
    """
    rows = []
    for (made, true), source in zip(forecasts(hypotheses, references), sources):
        past = numbers(source)
        scale = np.abs(past[SEASON:] - past[:-SEASON]).mean() if len(past) > SEASON else 0.0
        rows.append((np.abs(made - true).mean() / (scale or 1.0), 1.0))
    return np.array(rows)


def level(source):
    """The level that a source begins with, or 0."""
    first = source.partition(" ")[0].removeprefix(LEVEL)
    return float(first) if source.startswith(LEVEL) and is_number(first) else 0.0


def smape_counts(hypotheses, references, sources):
    """Per example: its symmetric mean absolute percentage error, from 0 to 200, and 1."""
    rows = []
    for (made, true), source in zip(forecasts(hypotheses, references), sources):
        taken = level(source)
        made, true = made + taken, true + taken
        total = np.abs(made) + np.abs(true)
        share = np.abs(made - true) / np.where(total > 0, total, 1.0)
        rows.append((200 * share.mean(), 1.0))
    return np.array(rows)
