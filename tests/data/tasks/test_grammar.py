"""Sentences and their corrections, on a small corpus of the form of the real one."""

import pytest

from tests.data.tasks.texts import REVERSED, TEXTS
from zoo.data.task import Example, create_task
from zoo.data.tasks import grammar as module
from zoo.errors import ZooError
from zoo.files import checksum


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    """Writes a corpus in place of the installed one, and its digest. Returns a function."""

    def write(**changed):
        texts = {}
        for document in range(60):
            some = slice(4 * document, 4 * document + 4)
            texts[f"train/source-sentences/{document:04d}.src.txt"] = TEXTS[some]
            texts[f"train/target-sentences/{document:04d}.a1.txt"] = REVERSED[some]
        texts["test/source-sentences/0900.src.txt"] = ["A eror.", "Fine."]
        texts["test/target-sentences/0900.a1.txt"] = ["An error.", "Fine."]
        texts["test/target-sentences/0900.a2.txt"] = ["A error.", "Fine."]
        texts |= {name.replace("__", "."): lines for name, lines in changed.items()}
        folder = tmp_path / "gec-only"
        for name, lines in texts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text("".join(f"{line}\n" for line in lines))
        listed = "".join(f"{checksum(folder / name)}  {name}\n" for name in sorted(texts))
        import hashlib

        digest = hashlib.sha256(listed.encode()).hexdigest()
        monkeypatch.setattr(module, "DIGESTS", module.DIGESTS | {"gec-only": digest})
        monkeypatch.setattr(module, "corpus_folder", lambda: tmp_path)
        return folder

    return write


def test_grammar(corpus):
    corpus()
    task = create_task("grammar", pieces=80)
    assert task.splits["test"] == [
        Example("A eror.", ("An error.", "A error."), "0900"),
        Example("Fine.", ("Fine.",), "0900"),
    ]
    groups = {split: {x.group for x in task.splits[split]} for split in ("train", "validation")}
    assert groups["validation"] and not groups["train"] & groups["validation"]
    assert sum(len(task.splits[split]) for split in groups) == 240


def test_grammar_refuses(corpus, monkeypatch):
    folder = corpus()
    (folder / "test/target-sentences/0900.a1.txt").write_text("An error.\n")
    with pytest.raises(ZooError, match="does not hold the corpus of ua-gec 2.1.3"):
        create_task("grammar", pieces=80)
    corpus(**{"test/target-sentences/0900.a2.txt": ["A error."]})
    with pytest.raises(ZooError, match="0900.a2.txt has 1 sentences, and its source 2"):
        create_task("grammar", pieces=80)
    with pytest.raises(ZooError, match="unknown layer 'gec'; nearest: gec-only"):
        create_task("grammar", layer="gec")


def test_a_missing_corpus_says_what_to_install(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ZooError, match=r"pip install 'seq2seq-zoo\[grammar\]'"):
        create_task("grammar")
