"""Names of metrics, known below evaluation."""

import pytest

from zoo.errors import UnknownName
from zoo.evaluation.metrics import METRICS
from zoo.registry.metric_names import METRIC_NAMES, check_metrics


def test_they_are_those_that_evaluation_counts():
    assert set(METRIC_NAMES) == set(METRICS)


def test_another_name_is_answered_with_the_nearest():
    check_metrics(METRIC_NAMES)
    with pytest.raises(UnknownName, match="unknown metric 'blue'; nearest: bleu"):
        check_metrics(["chrf", "blue"])
