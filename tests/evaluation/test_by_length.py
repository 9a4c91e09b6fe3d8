"""Edges and scores by source length."""

import numpy as np
import pytest

from zoo.errors import ZooError
from zoo.evaluation.by_length import by_length, length_edges
from zoo.evaluation.metrics import count, score


def test_edges_by_hand():
    assert length_edges([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], buckets=5) == [1, 3, 5, 7, 9, 11]
    assert length_edges([4, 4, 4], buckets=5) == [4, 5]
    assert length_edges([1, 1, 1, 1, 1, 1, 1, 9], buckets=4) == [1, 10]


@pytest.mark.parametrize("seed", range(20))
def test_no_bucket_is_empty(seed):
    rng = np.random.default_rng(seed)
    lengths = rng.poisson(3, size=rng.integers(1, 60)) + 1
    buckets = int(rng.integers(1, 9))
    edges = length_edges(lengths, buckets)
    assert edges == length_edges(rng.permutation(lengths), buckets)
    counts = np.histogram(lengths, edges)[0]
    assert len(edges) - 1 <= buckets and (counts > 0).all() and counts.sum() == len(lengths)
    assert edges[0] == lengths.min() and edges[-1] == lengths.max() + 1


def counted(names, hypotheses, references):
    return {name: count(name, hypotheses, references) for name in names}


def test_scores_by_hand():
    counts = counted(
        ["exact_match", "wrong_words"],
        ["a", "x", "c", "d"],
        [("a",), ("b",), ("c",), ("d", "e")],
    )
    rows = by_length(counts, [1, 2, 3, 3], [1, 3, 4])
    assert rows == [
        {"low": 1, "high": 2, "count": 2, "exact_match": 50.0, "wrong_words": 50.0},
        {"low": 3, "high": 3, "count": 2, "exact_match": 100.0, "wrong_words": 0.0},
    ]


def test_counts_weigh_the_rows_to_the_whole():
    rng = np.random.default_rng(0)
    lengths = rng.integers(1, 30, 400)
    hypotheses = ["a" if right else "b" for right in rng.random(400) < 0.7]
    references = [("a",)] * 400
    rows = by_length(
        counted(["exact_match"], hypotheses, references), lengths, length_edges(lengths)
    )
    assert sum(row["count"] for row in rows) == 400
    mean = sum(row["count"] * row["exact_match"] for row in rows) / 400
    assert mean == pytest.approx(score("exact_match", hypotheses, references))


def test_a_range_without_examples_has_no_score():
    assert by_length(counted(["wrong_words"], ["a"], [("a",)]), [1], [1, 2, 5])[1] == {
        "low": 2,
        "high": 4,
        "count": 0,
        "wrong_words": None,
    }


def test_the_outer_ranges_take_what_is_shorter_or_longer():
    counts = counted(["exact_match"], ["a", "b", "c"], [("a",), ("b",), ("x",)])
    rows = by_length(counts, [1, 4, 9], [2, 4, 6])
    assert [(row["low"], row["high"], row["count"]) for row in rows] == [(1, 3, 1), (4, 9, 2)]


@pytest.mark.parametrize(
    "lengths, edges, message",
    [
        ([1, 2], [1], "increasing"),
        ([1, 2], [1, 1, 3], "increasing"),
        ([1], [1, 3], "as many"),
    ],
)
def test_mistakes_are_named(lengths, edges, message):
    with pytest.raises(ZooError, match=message):
        by_length(counted(["wrong_words"], ["a", "b"], [("a",), ("b",)]), lengths, edges)


def test_edges_need_lengths():
    with pytest.raises(ZooError):
        length_edges([])
    with pytest.raises(ZooError, match="buckets"):
        length_edges([1], buckets=0)
