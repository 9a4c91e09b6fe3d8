"""Scores by what examples are a part of."""

from zoo.evaluation.by_group import MOST, by_group
from zoo.evaluation.metrics import count


def test_each_group_has_its_own_score():
    counted = {"exact_match": count("exact_match", ["a", "b", "c"], [("a",), ("x",), ("c",)])}
    assert by_group(counted, ["two", "one", "two"]) == [
        {"group": "two", "count": 2, "exact_match": 100.0},
        {"group": "one", "count": 1, "exact_match": 0.0},
    ]


def test_no_table_for_one_group_or_very_many():
    texts = [str(i) for i in range(MOST + 1)]
    counted = {"exact_match": count("exact_match", texts, [(x,) for x in texts])}
    assert by_group(counted, [""] * len(texts)) == by_group(counted, texts) == []
