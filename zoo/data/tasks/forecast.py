"""The next two days of an hourly series: M4 (Makridakis et al. 2020), 414 series.

As in Chronos (Ansari et al. 2024), a series is scaled by the values that are read, and each value
is put into one of many bins. Chronos divides by the mean magnitude. By default, this task subtracts
the mean and divides by the standard deviation, so the bins are as fine as the series varies. Both
errors that are counted are those of unscaled values. A model learns from windows of all series. The
last two days before the test validate, and no window that trains touches them.
"""

import csv

import numpy as np

from zoo.data.download import download
from zoo.data.readers.lines import lines
from zoo.data.task import Example, Task, limited
from zoo.data.tokenizers import NumberTokenizer
from zoo.data.tokenizers.numbers import LEVEL
from zoo.errors import ZooError, check_choice, check_positive
from zoo.registry import register_task
from zoo.registry.overrides import application

METRICS = ("mase", "smape", "perplexity")
ORIGIN = (
    "https://raw.githubusercontent.com/Mcompetitions/M4-methods/"
    "6c1067e5a57161249b17289a565178dc7a3fb3ca/Dataset/"
)
FILES = {
    "train": (
        "Hourly-train.csv",
        "Train/",
        "ea59b7783573c49077a835ab6465c7d66f1474783360f310988a9a737fbca62f",
    ),
    "test": (
        "Hourly-test.csv",
        "Test/",
        "71a57fccb15e534d973626ada4fb87febf789e9317715b7cc6dd3b5f90db6f42",
    ),
}
HOURS = 48  # of a forecast
RANGES = {  # of the bins, by scaling; few values are outside
    "std": (-5.0, 5.0),
    "mean": (0.0, 5.0),
}
CHRONOS = (
    "https://github.com/amazon-science/chronos-forecasting/blob/main/scripts/evaluation/results/"
)


@register_task(
    "forecast",
    title="Hourly series to their next 48 values",
    source="M4 competition, hourly series (Makridakis et al. 2020)",
    licence="none stated with the files",
    metrics=METRICS,
    # The best of results/applications.
    families={
        "transformer": application(
            {"norm_first": True, "dropout": 0.1}, tokens=1024, buckets=1, steps=15227
        )
    },
    baseline="seasonal",
    published=[
        (
            "Chronos-T5 of 8 million parameters, trained on many data (Ansari et al. 2024)",
            "MASE 0.817",
            f"{CHRONOS}chronos-t5-tiny-in-domain.csv",
        ),
        (
            "The last day again (Ansari et al. 2024)",
            "MASE 1.193",
            f"{CHRONOS}seasonal-naive-in-domain.csv",
        ),
    ],
)
def forecast(
    context=168,
    step=24,
    bins=200,
    scaling="std",
    train_limit: int | None = None,
    validation_limit: int | None = None,
    test_limit: int | None = None,
):
    """Series such as "level=2.1 0.93 0.87 ..." to their next 48 values.

    A source may begin with its level, the mean that was subtracted, divided by the standard
    deviation. Models do not read it; sMAPE adds it back. For a series of your own, subtract the
    mean of the values that are read and divide by their standard deviation before `zoo generate`,
    and undo both in the output.

    Args:
        context: int, values that a model reads, at least 24; the default is a week. In validation
            and test the source is the whole series, which MASE needs, of which the tokenizer takes
            the last ones.
        step: int, hours between the starts of two windows for training.
        bins: int, number of bins. Values outside their range share the bin at its end.
        scaling: "std", mean 0 and standard deviation 1 over the values that are read, with bins
            from -5 to 5; or "mean", a mean magnitude of 1, with bins from 0 to 5.
        train_limit, validation_limit, test_limit: int or None, take the first windows or series of
            the split only.

    Returns:
        `Task` with splits "train" (windows), "validation" and "test" (414 series each).

    Raises:
        ZooError: a value out of range, or data that cannot be downloaded or read.
    """
    check_positive(context=context, step=step, bins=bins)
    check_choice(RANGES, scaling=scaling)
    if context < 24:
        raise ZooError(f"context must be at least the 24 hours of a day, got {context}")
    limits = (train_limit, validation_limit, test_limit)
    limited({}, *limits)  # before anything is read
    past, future = (
        read(download(f"m4/{name}", f"{ORIGIN}{folder}{name}", digest))
        for name, folder, digest in FILES.values()
    )
    if list(past) != list(future):
        raise ZooError(f"the files of {ORIGIN} do not hold the same series")
    splits: dict = {"train": [], "validation": [], "test": []}
    for name, values in past.items():
        known = values[:-HOURS]
        if len(known) < context + HOURS or len(future[name]) != HOURS:
            raise ZooError(
                f"series {name} of {len(values)} values is too short for a context of {context}; "
                "lower it"
            )
        for end in range(len(known) - HOURS, context - 1, -step):
            window = known[end - context : end + HOURS]
            splits["train"].append(example(window[:context], window[context:], context, scaling))
        splits["validation"].append(example(known, values[-HOURS:], context, scaling))
        splits["test"].append(example(values, future[name], context, scaling))
    return Task(
        "forecast",
        dict(
            context=context,
            step=step,
            bins=bins,
            scaling=scaling,
            train_limit=train_limit,
            validation_limit=validation_limit,
            test_limit=test_limit,
        ),
        limited(splits, *limits),
        NumberTokenizer(*RANGES[scaling], bins, context),
        NumberTokenizer(*RANGES[scaling], bins),
        METRICS,
    )


def example(past, future, context, scaling):
    """An `Example` of two arrays of values, scaled by the last of the past.

    Args:
        past, future: float [n].
        context: int, the last values of the past that are read.
        scaling: a key of `RANGES`.
    """
    read = past[-context:]
    if scaling == "mean":
        level, scale = 0.0, np.abs(read).mean() or 1.0
    else:
        level, scale = read.mean(), read.std() or 1.0
    source, target = (
        " ".join(f"{value:.6g}" for value in (values - level) / scale) for values in (past, future)
    )
    return Example(f"{LEVEL}{level / scale:.6g} {source}" if level else source, (target,))


def read(path):
    """The series of a file: dict of name to float64 [n].

    Raises:
        ZooError: a row is not a name and numbers.
    """
    series = {}
    rows = csv.reader(lines(path))
    next(rows, None)
    for number, (name, *values) in enumerate(filter(None, rows), 1):
        try:
            series[name] = np.array([float(value) for value in values if value], "float64")
        except ValueError as error:
            raise ZooError(f"{path}, row {number} below the header: {error}") from None
        if not len(series[name]) or not np.isfinite(series[name]).all():
            raise ZooError(f"{path}, row {number} below the header: not a name and numbers")
    if not series:
        raise ZooError(f"{path} holds no series")
    return series
