"""Descriptions to lines of Python, on small files of the form of the real ones."""

import pytest

from tests.data.tasks.texts import REVERSED, TEXTS
from zoo.data.readers.oddities import DataWarning
from zoo.data.task import Example, create_task


def test_django(files, monkeypatch):
    splits = dict(train=slice(0, 300), validation=slice(300, 350), test=slice(350, None))
    monkeypatch.setattr("zoo.data.tasks.django.SPLITS", splits)
    files["all.anno"], files["all.code"] = [f"  {text}" for text in TEXTS], REVERSED
    task = create_task("django", pieces=80)
    assert {split: len(examples) for split, examples in task.splits.items()} == dict(
        train=300, validation=50, test=50
    )
    longest = max(task.target_tokenizer.length(code) for _, code in task.pairs("train")) - 1
    with pytest.warns(
        DataWarning, match="django leaves out [1-9][0-9]* pairs of train and validation"
    ):
        short = create_task("django", pieces=80, longest=longest)
    assert (
        max(map(task.target_tokenizer.length, (code for _, code in short.pairs("train"))))
        <= longest
    )
    assert len(short.splits["test"]) == 50 and short.max_target_length == longest
    assert task.splits["test"][0] == Example(TEXTS[350], (REVERSED[350],))
