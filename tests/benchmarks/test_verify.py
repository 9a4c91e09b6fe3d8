"""Committed rows are run again from their own provenance: equal, or said to be different."""

import json
import shutil

import pytest

from benchmarks import verify
from benchmarks.__main__ import main
from tests.benchmarks.synthetic import write_system
from zoo.errors import ZooError


@pytest.fixture
def committed(tmp_path):
    write_system(tmp_path / "results", "x_mini", [0.3, 0.3, 0.3])
    return tmp_path / "results"


def stand_in(monkeypatch, change):
    """A cell that writes what `change` makes of the old row's folder, in place of a training."""

    class Done:
        returncode = 0

    def run(command, **_):
        row, work = (command[command.index(word) + 1] for word in ("--cell", "--work"))
        assert json.load(open(row))["settings"]["split"] == "test"
        change(row, work)
        return Done

    monkeypatch.setattr(verify.subprocess, "run", run)


def test_a_row_that_comes_out_equal(committed, tmp_path, monkeypatch, capsys):
    stand_in(monkeypatch, lambda row, work: shutil.copytree(committed, work))
    row = committed / "rows" / "x_mini.g2p.s1.json"
    assert verify.main([row], work=tmp_path / "work") == 0
    assert capsys.readouterr().out == "x_mini.g2p.s1: equal to the last digit\n"


def test_a_row_that_comes_out_different(committed, tmp_path, monkeypatch, capsys):
    stand_in(
        monkeypatch,
        lambda row, work: write_system(
            tmp_path / "work" / "x_mini.g2p.s0" / "new", "x_mini", [0.9]
        ),
    )
    assert verify.main([committed / "rows" / "x_mini.g2p.s0.json"], work=tmp_path / "work") == 1
    assert "x_mini.g2p.s0: different" in capsys.readouterr().out


def test_a_row_that_cannot_be_compared_does_not_pass(committed, tmp_path, monkeypatch, capsys):
    path = committed / "rows" / "x_mini.g2p.s0.json"
    row = json.loads(path.read_text())
    del row["outcomes"]
    path.write_text(json.dumps(row))

    def other(_, work):
        shutil.copytree(committed, work)
        row["scores"]["greedy"]["metrics"]["wrong_words"]["value"] += 40
        (tmp_path / "work" / path.stem / "new" / "rows" / path.name).write_text(json.dumps(row))

    stand_in(monkeypatch, other)
    assert verify.main([path], work=tmp_path / "work") == 1
    assert "x_mini.g2p.s0: not equal, and the row has no outcomes" in capsys.readouterr().out


def test_one_seed_alone_is_not_called_different(tmp_path, monkeypatch, capsys):
    write_system(tmp_path / "results", "x_mini", [0.3])
    new = tmp_path / "work" / "x_mini.g2p.s0" / "new"
    stand_in(monkeypatch, lambda row, work: write_system(new, "x_mini", [0.4]))
    row = tmp_path / "results" / "rows" / "x_mini.g2p.s0.json"
    assert verify.main([row], work=tmp_path / "work") == 1
    assert "not equal; whether by more than chance cannot be said" in capsys.readouterr().out


def test_rows_are_drawn_at_random(committed):
    every = verify.drawn([committed], 0, 0)
    assert len(every) == 3
    assert len(verify.drawn([committed], 2, 0)) == 2
    assert verify.drawn([committed], 2, 0) == verify.drawn([committed / "rows"], 2, 0)
    assert len({tuple(verify.drawn([committed], 2, seed)) for seed in range(9)}) > 1


def test_mistakes_are_one_line(committed, tmp_path, capsys):
    with pytest.raises(ZooError, match="there is no .*none.json; name a file in"):
        verify.drawn([tmp_path / "none.json"], 0, 0)
    broken = committed / "rows" / "x_mini.g2p.s0.json"
    broken.write_text("{")
    assert main(["verify", str(broken)]) == 2
    assert "x_mini.g2p.s0.json is broken" in capsys.readouterr().err
    assert main(["verify"]) == 2
    assert "the following arguments are required: ROW" in capsys.readouterr().err


def test_a_row_is_run_again_in_its_precision(committed):
    row = json.loads((committed / "rows" / "x_mini.g2p.s0.json").read_text())
    row["settings"]["pretraining"] = {"task": "g2p", "recipe": {"epochs": 2}}
    settings = verify.cell_of(row | {"precision": "mixed_bfloat16"}).settings
    assert settings["recipe"] == row["settings"]["recipe"] | {"precision": "mixed_bfloat16"}
    recipe = {"epochs": 2, "precision": "mixed_bfloat16"}
    assert settings["pretraining"] == {"task": "g2p", "recipe": recipe}
