"""Data sets of the Hugging Face hub, from a folder that `datasets` reads."""

import json
import sys
import types

import pytest

from zoo.data.readers.pairs import open_pairs
from zoo.errors import ZooError

PAIRS = [("ein Haus", "a house"), ("zwei", "two"), ("drei", "three")]


def write(folder, files):
    for name, rows in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_a_data_set_of_the_hub(tmp_path):
    write(
        tmp_path,
        {
            "set/train.jsonl": [{"translation": {"de": s, "en": t}} for s, t in PAIRS],
            "set/test.jsonl": [{"translation": {"de": "vier", "en": "four"}}],
        },
    )
    opened = open_pairs(f"hf:{tmp_path}/set", ("translation.de", "translation.en"))
    assert {split: list(pairs) for split, pairs in opened.items()} == {
        "train": PAIRS,
        "test": [("vier", "four")],
    }
    write(tmp_path, {"held/test.jsonl": [{"source": "a", "target": "b"}]})
    with pytest.raises(ZooError, match="has no split train, but test$"):
        open_pairs(f"hf:{tmp_path}/held")
    with pytest.raises(ZooError, match="holds both sides; give no second path"):
        open_pairs([f"hf:{tmp_path}/set", "other.tsv"])
    with pytest.raises(ZooError, match="train, row 1.*'source'"):
        list(open_pairs(f"hf:{tmp_path}/set")["train"])


def test_two_splits_for_one_purpose(monkeypatch):
    found = {"train": [], "validation": [], "dev": []}
    given = types.SimpleNamespace(load_dataset=lambda *name: found)
    monkeypatch.setitem(sys.modules, "datasets", given)
    with pytest.raises(ZooError, match="two splits for validation, validation and dev"):
        open_pairs("hf:any")


def test_without_datasets(monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(
        ZooError, match=r"needs the package datasets: pip install 'seq2seq-zoo\[hub\]'"
    ):
        open_pairs("hf:any")
