"""What pages read from rows."""

import functools
import html
import urllib.parse

import numpy as np
import pandas as pd

from benchmarks.comparison import metric_of
from benchmarks.rows import first_metric, first_score
from benchmarks.tables import spread
from benchmarks.yardsticks import baseline_score, mark, read_baselines
from zoo import registry


@functools.cache
def claims_of(results):
    """The claims with their verdicts, a table.

    Args:
        results: path of the committed results.
    """
    return pd.read_csv(results / "claims" / "claims.csv", keep_default_na=False)


@functools.cache
def baselines():
    """The table of the baselines' scores."""
    return read_baselines()


def mean(rows, value):
    """The mean of a value over the seeds of a model."""
    return float(np.mean([value(row) for row in rows]))


def shown(rows, value, digits=1):
    """A value's mean over the seeds of a model as text, with their deviation; "–" without rows."""
    return spread([value(row) for row in rows], digits)


def marked(comparison, model, places=1):
    """A model's mean score, with † if it is no better than the baseline's."""
    rows = comparison.of(model)
    simple = baseline_score(comparison.rows[0]["settings"], comparison.main, baselines())
    below = mark(comparison.main, [first_score(row) for row in rows], simple)
    return shown(rows, first_score, places) + below


def on_longest(row):
    """The deciding score of greedy outputs on the longest sources."""
    return row["scores"]["greedy"]["by_length"][-1][first_metric(row)]


def right_beyond(row):
    """The share of sources beyond the longest of the training that are right, in percent."""
    limit = row["settings"]["options"]["max_length"]
    buckets = [b for b in row["scores"]["greedy"]["by_length"] if b["low"] > limit]
    right = sum(bucket["exact_match"] * bucket["count"] for bucket in buckets)
    return right / sum(bucket["count"] for bucket in buckets)


def trained_per_second(row):
    """Target tokens per second of training."""
    return row["timing"]["training"]["tokens_per_second"]


def ranked(comparison, value, highest):
    """Pairs of model and mean, the best first."""
    models = {model: mean(comparison.of(model), value) for model in comparison.models}
    return sorted(models.items(), key=lambda pair: -pair[1] if highest else pair[1])


def best(comparison, value=first_score):
    """The model with the best mean of a score by the main metric, and the mean."""
    return ranked(comparison, value, metric_of(comparison.main).better == "higher")[0]


def linked(model, families, root=""):
    """A model as code, with a link to its family's page, below `root`, if there is one."""
    base = model.partition(" ")[0]
    family = registry.card(base)["family"]
    return f"[`{base}`]({root}models/{family}.md)" if family in families else f"`{base}`"


def rows_link(**view):
    """A link to some rows in the explorer, from a page in generated/.

    Args:
        view: values of the explorer's menus, such as Suite="quick".
    """
    address = html.escape(urllib.parse.urlencode(view))
    return f'<a href="results/explorer.html#{address}">the rows</a>'
