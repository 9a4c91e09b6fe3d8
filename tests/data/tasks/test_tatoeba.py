"""Short sentences in English and French, on small files of the form of the real ones."""

import zipfile

import pytest

from tests.data.tasks.texts import REVERSED, TEXTS
from zoo.data.task import create_task
from zoo.errors import ZooError


def serve_tatoeba(files, tmp_path, text, name="fra.txt"):
    with zipfile.ZipFile(tmp_path / "made.zip", "w") as archive:
        archive.writestr(name, text)
    files["fra-eng.2017.zip"] = (tmp_path / "made.zip").read_bytes()


def test_tatoeba(files, tmp_path):
    pairs = [f"{text}\t{other}\n" for text, other in zip(TEXTS, REVERSED)]
    serve_tatoeba(files, tmp_path, "".join([*pairs, f"{TEXTS[0]}\tBateau\u202f!\n"]))
    task = create_task("tatoeba", pieces=80)
    examples = {example.source: example for split in task.splits.values() for example in split}
    assert len(examples) == sum(map(len, task.splits.values())) == 400
    assert examples[TEXTS[0]].references == (REVERSED[0], "Bateau\u202f!")
    assert len(list(task.pairs("train"))) >= len(task.splits["train"])
    assert create_task("tatoeba", source="fr", pieces=80).splits["test"][0].references[0] in TEXTS


@pytest.mark.parametrize(
    "text, name, message",
    [
        ("Go.\tVa !\nalone\n", "fra.txt", "line 2: not two texts"),
        ("Go.\tVa !\n", "deu.txt", "not a zip file with a UTF-8 text fra.txt"),
        ("Go.\tVa !\t1\n", "fra.txt", "line 1: not two texts"),
    ],
)
def test_tatoeba_refuses(files, tmp_path, text, name, message):
    serve_tatoeba(files, tmp_path, text, name)
    with pytest.raises(ZooError, match=message):
        create_task("tatoeba")
