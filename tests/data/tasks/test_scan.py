"""Commands to actions, on small files of the form of the real ones."""

import pytest

from tests.data.tasks.texts import TEXTS
from zoo.data.task import Example, create_task
from zoo.errors import ZooError


def test_scan(files):
    commands = [f"jump {text} twice" for text in TEXTS]
    files["tasks_train_length.txt"] = [f"IN: {command} OUT: I_JUMP I_JUMP" for command in commands]
    files["tasks_test_length.txt"] = ["IN: jump A OUT: I_JUMP I_RUN"]
    task = create_task("scan", split="length")
    assert (
        len(task.splits["train"]) + len(task.splits["validation"]) == 400
        and 5 < len(task.splits["validation"]) < 40
    )
    assert task.splits["test"] == [Example("jump A", ("I_JUMP I_RUN",))]
    assert task.target_tokenizer.symbols == ("I_JUMP",)  # of the train split alone
    files["tasks_test_length.txt"] = ["IN: jump OUT: I_JUMP", "jump I_JUMP"]
    with pytest.raises(ZooError, match="line 2: not 'IN: command OUT: actions'"):
        create_task("scan", split="length")
    with pytest.raises(ZooError, match="unknown split 'lenght'; nearest: length"):
        create_task("scan", split="lenght")
