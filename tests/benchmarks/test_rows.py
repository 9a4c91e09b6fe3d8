"""Rows and outcomes as files: the same after a round trip, and refused where they are damaged."""

import json

import numpy as np
import pytest

from benchmarks.rows import Outcomes, outcomes_file, read_outcomes, read_rows, write_row
from zoo.errors import ZooError
from zoo.evaluation.metrics import count

ROW = {"key": "k", "scores": {}, "timing": {}}
REFERENCES = [("a b",), ("=", "x"), ("c",), ("d",), ("e",)]
OUTPUTS = {
    "greedy": ["a b", "~", "", "tab\tand\nline \\= end", "="],
    "beam": ["a b", "=", "=", "tab\tand\nline \\= end", "é"],
}


@pytest.fixture
def outcomes():
    counts = {
        label: {name: count(name, outputs, REFERENCES) for name in ("exact_match", "chrf")}
        for label, outputs in OUTPUTS.items()
    }
    kept = {
        label: [None if x == texts[0] else x for x, texts in zip(outputs, REFERENCES)]
        for label, outputs in OUTPUTS.items()
    }
    return Outcomes(np.array([2, 1, 1, 1, 1]), kept, counts)


@pytest.fixture
def folder(tmp_path):
    for name in ("rows", "outcomes"):
        (tmp_path / name).mkdir()
    return tmp_path


def test_a_round_trip(folder, outcomes):
    row = write_row(folder, "x", ROW, outcomes)
    assert read_rows(folder) == {"x": row} and row["outcomes"]["examples"] == 5
    found = read_outcomes(folder, "x", row)
    assert found.lengths.tolist() == [2, 1, 1, 1, 1] and found.outputs == outcomes.outputs
    for label, counts in outcomes.counts.items():
        for name, counted in counts.items():
            assert np.array_equal(found.counts[label][name], counted)
    assert write_row(folder, "y", row, outcomes) == row  # the same outcomes have the same digest


def test_damage_is_named(folder, outcomes):
    row = write_row(folder, "x", ROW, outcomes)
    path = outcomes_file(folder, "x")
    data = path.read_bytes()
    for broken in (data[:-9], b"", data + b"x"):
        path.write_bytes(broken)
        with pytest.raises(ZooError, match="x.tsv.xz is not the file that belongs to its row"):
            read_outcomes(folder, "x", row)
    path.unlink()
    with pytest.raises(ZooError, match="x.tsv.xz is missing"):
        read_outcomes(folder, "x", row)
    with pytest.raises(ZooError, match="has no outcomes; run the cell again"):
        read_outcomes(folder, "x", ROW)


@pytest.mark.parametrize("text", ["{", "[]", "{}", "3", json.dumps(ROW | {"scores": 3})])
def test_a_broken_row_is_named(folder, text):
    (folder / "rows" / "x.json").write_text(text)
    with pytest.raises(ZooError, match="x.json is broken.*run the suite again"):
        read_rows(folder)
