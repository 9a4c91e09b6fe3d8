"""Generated tasks: copy, sort, addition and dates. test_reverse.py has what they share."""

import re

import pytest

from zoo.data.tasks.dates import LOCALES
from zoo.errors import ZooError
from zoo.registry import create_task

SMALL = dict(train=300, validation=40, test=60)
NAMES = ("copy", "sort", "addition", "dates")


@pytest.fixture(scope="module", params=NAMES)
def task(request):
    return create_task(request.param, **SMALL)


def test_splits_are_full_and_share_no_source(task):
    assert {split: len(examples) for split, examples in task.splits.items()} == SMALL
    sources = [{example.source for example in examples} for examples in task.splits.values()]
    assert not (sources[0] & sources[1] or sources[0] & sources[2] or sources[1] & sources[2])


def test_every_text_is_known_and_comes_back(task):
    for examples in task.splits.values():
        for example in examples:
            for tokenizer, text in (
                (task.source_tokenizer, example.source),
                (task.target_tokenizer, example.references[0]),
            ):
                assert (
                    not tokenizer.unknown(text) and tokenizer.decode(tokenizer.encode(text)) == text
                )


def test_data_are_a_function_of_the_options(task):
    again, other = (create_task(task.name, **SMALL, seed=seed) for seed in (0, 1))
    assert again.splits == task.splits and other.splits != task.splits
    assert again.options == task.options == dict(task.options, **SMALL, seed=0)
    assert not {x.source for x in task.splits["test"]} & {x.source for x in other.splits["train"]}


@pytest.mark.parametrize("name, target", [("copy", lambda words: words), ("sort", sorted)])
def test_targets_of_symbols(name, target):
    for example in create_task(name, **SMALL).splits["train"]:
        assert example.references == (" ".join(target(example.source.split())),)


def test_many_symbols_are_sorted_by_their_numbers():
    for example in create_task("sort", symbols=30, **SMALL).splits["train"]:
        numbers = [int(symbol[1:]) for symbol in example.references[0].split()]
        assert numbers == sorted(numbers)


def test_sums():
    lengths = set()
    for example in create_task("addition", digits=3, train=3000, validation=40, test=60).splits[
        "train"
    ]:
        assert re.fullmatch(r"(0|[1-9]\d{0,2})\+(0|[1-9]\d{0,2})", example.source)
        first, second = example.source.split("+")
        assert example.references == (str(int(first) + int(second)),)
        lengths.add((len(first), len(second)))
    assert len(lengths) == 9


def test_dates():
    examples = create_task("dates", train=3000, validation=40, test=60).splits["train"]
    for example in examples:
        year, month, day = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", example.references[0]).groups()
        assert year in example.source and str(int(day)) in example.source, example
    sources = [example.source for example in examples]
    assert any("février" in text for text in sources) and any("月" in text for text in sources)
    assert len(set(LOCALES)) == 30


@pytest.mark.parametrize(
    "name, options, message",
    [
        ("addition", dict(digits=0), "digits must be"),
        ("addition", dict(digits=1, train=5000, validation=1, test=1), "raise digits"),
        ("dates", dict(train=0), "train must be"),
        ("copy", dict(symbols=1), "at least 2"),
        ("sort", dict(seed=-1), "seed must be"),
        ("copy", dict(min_length=5, max_length=4), "must not exceed"),
        ("sort", dict(symbols=2, max_length=1, train=5000), "raise symbols"),
    ],
)
def test_bad_options(name, options, message):
    with pytest.raises(ZooError, match=message):
        create_task(name, **options)


@pytest.mark.parametrize(
    "task, options, message",
    [
        ("copy", {"train": 10**9}, "1,000,002,500 examples are too many to generate"),
        ("addition", {"train": 10**9}, "too many to generate.*lower train and validation"),
        ("dates", {"test": 10**9}, "too many to generate"),
        ("sort", {"max_length": 10**9}, "too much to generate; lower max_length"),
        ("reverse", {"symbols": 2 * 10**9}, "too much to generate"),
    ],
)
def test_what_memory_cannot_hold_is_told_before_it_is_drawn(task, options, message):
    with pytest.raises(ZooError, match=message):
        create_task(task, **options)
