"""Questions about stories, on small files of the form of the real ones."""

import pytest

from zoo.data.task import Example, create_task
from zoo.data.tasks import stories as module
from zoo.errors import ZooError

LINES = [
    "1 Mary is here.",
    "2 John isn't.",
    "3 Who is here? \tMary\t1",
    "4 Ann came.",
    "5 Who is here? \tMary,Ann\t1 4",
    "1 Bo is here.",
    "2 Is Ann? \tno\t",
]


@pytest.fixture
def two_kinds(files, monkeypatch):
    monkeypatch.setattr(
        module, "FILES", {name: module.FILES[name] for name in list(module.FILES)[:2]}
    )
    files["_train.txt"] = files["_test.txt"] = LINES
    return files


def test_stories(two_kinds):
    task = create_task("stories")
    first = Example(
        "Mary is here . John isn't . Who is here ?", ("Mary",), "qa1_single-supporting-fact"
    )
    assert task.splits["test"][0] == first
    assert [x.references for x in task.splits["test"]] == [("Mary",), ("Mary Ann",), ("no",)] * 2
    assert task.splits["test"][2].source == "Bo is here . Is Ann ?"
    assert sum(len(task.splits[split]) for split in ("train", "validation")) == 6
    assert (
        create_task("stories", sentences=1).splits["test"][1].source == "Ann came . Who is here ?"
    )
    only = create_task("stories", only=2).splits["test"]
    assert {x.group for x in only} == {"qa2_two-supporting-facts"}


def test_stories_refuses(two_kinds):
    with pytest.raises(ZooError, match="only must be a kind of questions from 1 to 2, got 3"):
        create_task("stories", only=3)
    two_kinds["_test.txt"] = [*LINES, "x"]
    with pytest.raises(ZooError, match="line 8: neither a sentence nor a question with an answer"):
        create_task("stories")
    two_kinds["_test.txt"] = ["1 Mary is here."]
    with pytest.raises(ZooError, match="holds no question"):
        create_task("stories")
