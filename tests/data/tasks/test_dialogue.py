"""Dialogues about a table, on small files of the form of the real ones."""

import pytest

from zoo.data.task import Example, create_task
from zoo.errors import ZooError

LINES = [
    "1 hi\thello",
    "2 a table in rome\tapi_call rome",
    "3 resto R_phone 12",
    "4 <SILENCE>\twhat about resto",
    "",
    "1 bye\thello",
    "",
]


def serve_dialogues(files, lines=LINES):
    for end in ("5trn.txt", "5dev.txt", "5tst.txt", "5tst-OOV.txt"):
        files[end] = lines


def test_a_response_follows_from_all_that_was_said(files):
    serve_dialogues(files)
    files["5tst-OOV.txt"] = ["1 a table in oslo\tapi_call oslo"]
    task = create_task("dialogue")
    assert task.splits["train"] == [
        Example("user: hi", ("hello",), "1"),
        Example("user: hi system: hello user: a table in rome", ("api_call rome",), "1"),
        Example(
            "user: hi system: hello user: a table in rome system: api_call rome "
            "fact: resto R_phone 12 user: <SILENCE>",
            ("what about resto",),
            "1",
        ),
        Example("user: bye", ("hello",), "2"),
    ]
    assert list(task.splits) == ["train", "validation", "test", "new_words"]
    assert task.target_tokenizer.unknown("api_call oslo") == ["oslo"]
    assert len(create_task("dialogue", test_limit=1).splits["new_words"]) == 1


@pytest.mark.parametrize("line", ["x hi\thello", "2 hi\t", "2\thello", "two"])
def test_dialogue_refuses(files, line):
    serve_dialogues(files, [*LINES[:1], line])
    with pytest.raises(ZooError, match="line 2: not a number, a text, a tab and a response"):
        create_task("dialogue")


def test_an_empty_file_is_refused(files):
    serve_dialogues(files, [])
    with pytest.raises(ZooError, match="holds no response"):
        create_task("dialogue")
