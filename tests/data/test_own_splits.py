"""Splits of own data: what is in two of them, and what is one example."""

from zoo.data.own_splits import below, read_splits
from zoo.data.readers.oddities import Oddities
from zoo.data.task import Example


def test_a_file_is_the_same_however_its_path_is_written():
    assert below("/d/a.wav", "/d") == below("a.wav", "/d") == "a.wav"
    assert below("/d/a.wav", None) == below("/d/a.wav", "/e") == "/d/a.wav"
    oddities = Oddities()
    pairs = {
        "train": iter([("/d/a.wav", "a"), ("b.wav", "x"), ("c.wav", "c")]),
        "validation": iter([("/d/b.wav", "b")]),
        "test": iter([("a.wav", "a"), ("/d/a.wav", "a"), ("/d/a.wav", "A")]),
    }
    splits = read_splits(pairs, oddities, "/d")
    told = " ".join(oddities.lines())
    assert "pairs given for training that are in the split test, too: 1" in told
    assert (
        "sources given for training that are in the split validation, too, with another output: 1"
        in told
    )
    assert splits["test"] == [Example("a.wav", ("a", "A"))]  # one example per source
    assert len(splits["train"]) == 3
