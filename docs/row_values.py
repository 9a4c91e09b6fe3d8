"""What pages read from rows."""

import numpy as np

from benchmarks.rows import first_metric


def mean(rows, value):
    """The mean of a value over the seeds of a model."""
    return float(np.mean([value(row) for row in rows]))


def on_longest(row):
    """The deciding score of greedy outputs on the longest sources."""
    return row["scores"]["greedy"]["by_length"][-1][first_metric(row)]


def trained_per_second(row):
    """Target tokens per second of training."""
    return row["timing"]["training"]["tokens_per_second"]


def decoded_per_second(row):
    """Sentences per second of greedy decoding."""
    return row["timing"]["decoding"]["greedy"]["sentences_per_second"]
