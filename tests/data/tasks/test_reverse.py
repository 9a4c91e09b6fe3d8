"""The reverse task."""

import collections

import pytest

from zoo.errors import ZooError
from zoo.registry import create_task


@pytest.fixture(scope="module")
def task():
    return create_task("reverse")


def test_targets_are_reversed_sources(task):
    for split in task.splits.values():
        for example in split:
            assert example.references == (" ".join(example.source.split()[::-1]),)


def test_sizes_and_metrics(task):
    sizes = {name: len(split) for name, split in task.splits.items()}
    assert sizes == {"train": 20000, "validation": 500, "test": 2000}
    assert task.metrics == ("exact_match", "token_error_rate", "perplexity")
    assert task.options == dict(
        symbols=26, min_length=1, max_length=20, train=20000, validation=500, test=2000, seed=0
    )
    assert task.source_tokenizer.size == task.target_tokenizer.size == 30
    assert (task.max_source_length, task.max_target_length) == (21, 21)


@pytest.mark.parametrize(
    "options", [{}, dict(symbols=3, max_length=5, train=300, validation=30, test=60)]
)
def test_splits_share_no_source(options):
    splits = [
        {example.source for example in split}
        for split in create_task("reverse", **options).splits.values()
    ]
    assert not (splits[0] & splits[1] or splits[0] & splits[2] or splits[1] & splits[2])


def test_lengths_are_uniform_in_the_range(task):
    counts = collections.Counter(len(example.source.split()) for example in task.splits["train"])
    assert sorted(counts) == list(range(1, 21))
    assert all(800 < counts[length] < 1200 for length in range(3, 21))  # 1,000 each, deviation 31.
    fixed = create_task("reverse", min_length=7, max_length=7, train=50, validation=5, test=5)
    assert {
        len(example.source.split()) for split in fixed.splits.values() for example in split
    } == {7}


def test_a_function_of_the_seed():
    small = dict(train=50, validation=5, test=5)
    assert create_task("reverse", **small).splits == create_task("reverse", **small).splits
    assert create_task("reverse", **small).splits != create_task("reverse", seed=1, **small).splits


def test_no_test_source_of_one_seed_trains_another(task):
    other = create_task("reverse", seed=1)
    assert not {e.source for e in task.splits["test"]} & {e.source for e in other.splits["train"]}


def test_alphabets():
    assert create_task(
        "reverse", symbols=3, max_length=9, train=9, validation=3, test=3
    ).source_tokenizer.symbols == ("a", "b", "c")
    many = create_task("reverse", symbols=27, train=99, validation=9, test=9)
    assert many.source_tokenizer.symbols == tuple(f"s{i}" for i in range(27))
    assert not many.source_tokenizer.unknown(many.splits["train"][0].source)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"symbols": 1}, "symbols must be at least 2"),
        ({"min_length": 5, "max_length": 4}, "must not exceed"),
        ({"min_length": 0}, "min_length"),
        ({"train": 0}, "train"),
        ({"test": 1.5}, "test"),
        ({"seed": -1}, "seed"),
        ({"symbols": 2, "max_length": 1, "train": 20}, "too few different"),
        ({"size": 3}, "valid: symbols"),
    ],
)
def test_mistakes_are_named(options, message):
    with pytest.raises(ZooError, match=message):
        create_task("reverse", **options)
