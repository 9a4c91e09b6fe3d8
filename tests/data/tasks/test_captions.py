"""Descriptions of pictures, on small files of the form of the real ones."""

import pytest

from tests.data.tasks.texts import TEXTS
from zoo.data.task import create_task
from zoo.errors import ZooError


def serve_captions(files, **changed):
    for split, first in (("train", 0), ("val", 100), ("test_2016", 110)):
        for number in range(1, 6):
            texts = [f"{text} {number}" for text in TEXTS[first : first + (90 if not first else 9)]]
            files[f"{split}.{number}.en.gz"] = changed.get(f"{split}{number}", texts)


def test_one_description_has_the_others_as_references(files):
    serve_captions(files)
    task = create_task("captions", pieces=80, source=2, validation_limit=4)
    sizes = {split: len(examples) for split, examples in task.splits.items()}
    assert sizes == {"train": 90, "validation": 4, "test": 9}
    example = task.splits["test"][0]
    assert example.source == f"{TEXTS[110]} 2"
    assert example.references == tuple(f"{TEXTS[110]} {i}" for i in (1, 3, 4, 5))
    assert len(list(task.pairs("train"))) == 4 * 90


def test_captions_refuses(files):
    serve_captions(files, val3=TEXTS[:8])
    with pytest.raises(
        ZooError, match="val.1.en.gz has 9[0-9]* lines and .*val.3.en.gz 8, so that they do not"
    ):
        create_task("captions", pieces=80)
    serve_captions(files, train4=["a", "", *TEXTS[:88]])
    with pytest.raises(ZooError, match="line 2: empty"):
        create_task("captions", pieces=80)
    with pytest.raises(ZooError, match="unknown source '6'"):
        create_task("captions", source=6)
