"""Pairs, lengths and ids of a task."""

import numpy as np
import pytest

from zoo.data.task import Example, Task
from zoo.data.tokenizers import SymbolTokenizer
from zoo.errors import UnknownName, ZooError


def make(train, test=(Example("b", ("B",)),)):
    return Task(
        "toy",
        {},
        {"train": list(train), "test": list(test)},
        SymbolTokenizer("ab", ""),
        SymbolTokenizer(["A", "B"], " "),
        ("exact_match",),
    )


def test_training_takes_every_reference_and_testing_the_first():
    both = Example("ab", ("A B", "B"))
    task = make([both], [both])
    assert list(task.pairs("train")) == [("ab", "A B"), ("ab", "B")]
    assert list(task.pairs("test")) == [("ab", "A B")]


def test_ids_are_int32_with_an_end():
    sources, targets = make([Example("ab", ("A B", "B"))]).encode("train")
    assert [ids.tolist() for ids in sources] == [[4, 5, 2], [4, 5, 2]]
    assert [ids.tolist() for ids in targets] == [[4, 5, 2], [5, 2]]
    assert all(ids.dtype == np.int32 for ids in [*sources, *targets])


def test_longest_lengths_count_all_references_of_all_splits():
    task = make([Example("a", ("A",))], [Example("abab", ("A", "A B A B A"))])
    assert (task.max_source_length, task.max_target_length) == (5, 6)


def test_given_lengths_are_kept():
    task = Task(
        "toy",
        {},
        {"test": [Example("a", ("A",))]},
        SymbolTokenizer("a", ""),
        SymbolTokenizer("A", " "),
        (),
        max_source_length=30,
        max_target_length=40,
    )
    assert (task.max_source_length, task.max_target_length) == (30, 40)


def test_mistakes_are_named():
    with pytest.raises(ZooError, match="no reference for the source 'a'"):
        Example("a", ())
    with pytest.raises(ZooError, match="no examples"):
        make([], [])
    with pytest.raises(UnknownName, match="train"):
        make([]).pairs("trian")
