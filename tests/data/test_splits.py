"""Splits by hash."""

import hashlib

from zoo.data.splits import grouped, hash_order, split_of, validates
from zoo.data.task import Example

TEXTS = [f"text {i}" for i in range(4000)]


def test_a_twentieth_tests_and_a_twentieth_validates():
    by_hand = {text: int(hashlib.sha256(text.encode()).hexdigest(), 16) % 20 for text in TEXTS}
    names = {0: "test", 1: "validation"}
    assert all(split_of(text) == names.get(place, "train") for text, place in by_hand.items())
    assert all(validates(text) == (place == 1) for text, place in by_hand.items())
    assert 150 < sum(map(validates, TEXTS)) < 250


def test_hash_order_is_that_of_no_other_texts():
    ordered = hash_order(TEXTS)
    assert sorted(ordered) == sorted(TEXTS) and ordered != TEXTS
    assert hash_order(TEXTS[:50]) == [text for text in ordered if text in TEXTS[:50]]


def test_a_source_is_one_example_with_all_its_targets():
    pairs = [("a", "x"), ("b", "y"), ("a", "z"), ("a", "x")]
    assert grouped(pairs) == [Example("a", ("x", "z")), Example("b", ("y",))]
