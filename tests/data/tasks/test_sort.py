"""The sort task."""

from zoo.data.task import create_task

SMALL = dict(train=300, validation=40, test=60)


def test_targets():
    for example in create_task("sort", **SMALL).splits["train"]:
        words = example.source.split()
        assert example.references == (" ".join(sorted(words)),)


def test_many_symbols_are_sorted_by_their_numbers():
    for example in create_task("sort", symbols=30, **SMALL).splits["train"]:
        numbers = [int(symbol[1:]) for symbol in example.references[0].split()]
        assert numbers == sorted(numbers)
