"""Spelling to phonemes, split of PRONASYL 2007, on small files of the form of the real ones."""

import pytest

from zoo.data.task import Example, create_task
from zoo.errors import ZooError


def test_cmudict(files):
    files["g014b2b.train"] = [f"WORD{i}X\tW  ER{i % 2}" for i in range(300)] + ["WORD7X\tV"]
    files["g014b2b.ref"] = ["TOMATO\tT AH\tT AE", "TO\tT UW"]
    task = create_task("cmudict")
    assert len(task.splits["train"]) + len(task.splits["validation"]) == 300
    assert Example("WORD7X", ("W ER1", "V")) in task.splits["train"] + task.splits["validation"]
    assert task.splits["test"] == [Example("TOMATO", ("T AH", "T AE")), Example("TO", ("T UW",))]
    files["g014b2b.ref"] = ["TOMATO T AH"]
    with pytest.raises(ZooError, match="line 1: not a word and its pronunciations"):
        create_task("cmudict")
