"""The reverse task."""

import pytest

from zoo.data.task import create_task


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
