"""Questions to SQL, on a small file of the form of the real one."""

import json

import pytest

from tests.data.tasks.texts import TEXTS
from zoo.data.task import Example, create_task
from zoo.errors import ZooError


def query(part, questions, sql=("SELECT  name0 ;",), variables=(("name0", "Ann"),)):
    return {
        "query-split": part,
        "sentences": [
            {"question-split": own, "text": text, "variables": values}
            for own, text, values in questions
        ],
        "sql": list(sql),
        "variables": [{"name": name, "example": value, "type": "x"} for name, value in variables],
    }


QUERIES = [
    query("train", [("train", text, {}) for text in TEXTS[:50]]),
    query(
        "test",
        [
            ("dev", "Is name0 or name01 ?", {"name0": "Bo", "name01": "Cy"}),
            ("test", "Is name0 ?", {"name0": ""}),
            ("exclude", "Left out ?", {}),
        ],
        ("A name01 ;", "B name0 ;"),
        (("name0", "Ann"), ("name01", "Di")),
    ),
    query("dev", [("train", "Now ?", {})]),
]


def test_values_take_the_place_of_their_names(files):
    files["advising.json"] = json.dumps(QUERIES).encode()
    task = create_task("sql", pieces=80)
    assert task.splits["train"][0] == Example(TEXTS[0], ("SELECT Ann ;",))
    assert len(task.splits["train"]) == 51
    assert task.splits["validation"] == [Example("Is Bo or Cy ?", ("A Cy ;", "B Bo ;"))]
    assert task.splits["test"] == [Example("Is Ann ?", ("A Di ;", "B Ann ;"))]


def test_the_split_by_query_keeps_its_questions_together(files):
    files["advising.json"] = json.dumps(QUERIES).encode()
    task = create_task("sql", split="query", pieces=80)
    assert {split: len(x) for split, x in task.splits.items()} == dict(
        train=50, validation=1, test=3
    )


def test_sql_refuses(files):
    files["advising.json"] = b'[{"sql": "SELECT"}]'
    with pytest.raises(ZooError, match="advising.json"):
        create_task("sql")
    files["advising.json"] = json.dumps(QUERIES[:1]).encode()
    with pytest.raises(ZooError, match="lacks examples"):
        create_task("sql")
    files["advising.json"] = b"[{"
    with pytest.raises(ZooError, match="advising.json"):
        create_task("sql")
