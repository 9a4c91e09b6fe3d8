"""Comparisons of committed rows, which many tests look at, since resampling takes long."""

import functools

from benchmarks.comparison import by_task
from benchmarks.report import load_rows
from benchmarks.suite import REPOSITORY, load_suite


@functools.cache
def compared(name):
    """A suite that has committed results, and its comparisons by task."""
    suite, folder = load_suite(name), REPOSITORY / "results" / name
    return suite, by_task(load_rows(suite, folder), folder)
