"""What all generated tasks share."""

import collections

import pytest

from zoo.data.generated import assign, check_count, fill
from zoo.data.task import create_task
from zoo.errors import ZooError

SMALL = dict(train=300, validation=40, test=60)


NAMES = ("copy", "sort", "addition", "dates")


@pytest.fixture(scope="module", params=NAMES)
def task(request):
    return create_task(request.param, **SMALL)


@pytest.fixture(scope="module")
def reverse():
    return create_task("reverse")


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


@pytest.mark.parametrize(
    "name, options, message",
    [
        ("addition", dict(digits=0), "digits must be"),
        ("addition", dict(digits=1, train=5000, validation=1, test=1), "raise digits"),
        ("addition", dict(digits=1), "raise digits"),  # two sums, a thousand times each
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


@pytest.mark.parametrize(
    "options", [{}, dict(symbols=3, max_length=5, train=300, validation=30, test=60)]
)
def test_splits_of_symbols_share_no_source(options):
    splits = [
        {example.source for example in split}
        for split in create_task("reverse", **options).splits.values()
    ]
    assert not (splits[0] & splits[1] or splits[0] & splits[2] or splits[1] & splits[2])


def test_lengths_are_uniform_in_the_range(reverse):
    counts = collections.Counter(len(example.source.split()) for example in reverse.splits["train"])
    assert sorted(counts) == list(range(1, 21))
    assert all(800 < counts[length] < 1200 for length in range(3, 21))  # 1,000 each, deviation 31.
    fixed = create_task("reverse", min_length=7, max_length=7, train=50, validation=5, test=5)
    assert {
        len(example.source.split()) for split in fixed.splits.values() for example in split
    } == {7}


@pytest.mark.parametrize("name", ["reverse", "copy", "sort"])
def test_longer_tests_leave_what_trains_as_it_is(name):
    short = create_task(name, max_length=8, **SMALL)
    long = create_task(name, max_length=8, test_max_length=24, **SMALL)
    assert "test_max_length" not in short.options  # a run of older data can go on
    assert long.options == short.options | {"test_max_length": 24}
    assert all(long.splits[split] == short.splits[split] for split in ("train", "validation"))
    lengths = [len(x.source.split()) for x in long.splits["test"]]
    assert len(lengths) == SMALL["test"] and max(lengths) > 20
    assert 15 <= sum(length > 12 for length in lengths) <= 45  # half of 60, deviation 4
    assert long.max_source_length == max(lengths) + 1
    order = {"reverse": lambda x: x[::-1], "copy": list, "sort": sorted}[name]
    for x in long.splits["test"]:
        assert x.references[0].split() == order(x.source.split())
    trained = {x.source for split in ("train", "validation") for x in long.splits[split]}
    assert not trained & {x.source for x in long.splits["test"]}


def test_a_function_of_the_seed():
    small = dict(train=50, validation=5, test=5)
    assert create_task("reverse", **small).splits == create_task("reverse", **small).splits
    assert create_task("reverse", **small).splits != create_task("reverse", seed=1, **small).splits


def test_no_test_source_of_one_seed_trains_another(reverse):
    other = create_task("reverse", seed=1)
    assert not {e.source for e in reverse.splits["test"]} & {
        e.source for e in other.splits["train"]
    }


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
        ({"min_length": 3, "test_max_length": 2}, "test_max_length must not be below min_length"),
        ({"test_max_length": 10**9}, "too much to generate; lower test_max_length"),
        ({"test_max_length": 2.5}, "test_max_length must be"),
        ({"train": 0}, "train"),
        ({"test": 1.5}, "test"),
        ({"seed": -1}, "seed"),
        ({"symbols": 2, "max_length": 1, "train": 20}, "too few different"),
        ({"size": 3}, "valid: symbols"),
    ],
)
def test_mistakes_of_symbols_are_named(options, message):
    with pytest.raises(ZooError, match=message):
        create_task("reverse", **options)


def test_a_source_has_its_split_whatever_the_seed():
    sizes = {"train": 8, "test": 2}
    found = [assign(str(i), sizes, 10) for i in range(500)]
    assert found == [assign(str(i), sizes, 10) for i in range(500)]
    assert 60 < found.count("test") < 140


def test_a_count_that_memory_holds():
    check_count(10_000_000, "train")
    with pytest.raises(ZooError, match="at most 10,000,000 fit; lower draws"):
        check_count(10_000_001, "draws")
    with pytest.raises(ZooError, match="too many"):
        fill(None, {"train": 10**12}, 0, "nothing")
