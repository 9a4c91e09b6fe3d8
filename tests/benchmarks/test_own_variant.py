"""`--with FILE.py`: a variant of one's own, its learning rate and its cells."""

import dataclasses
import json
import pathlib
import shutil
import sys

import pytest

from benchmarks import estimate, launchers, rates, run_suite
from benchmarks import suite as suites
from benchmarks.__main__ import main
from benchmarks.own_variant import own_models, warn_of_size, with_variant
from benchmarks.rows import outcomes_file, read_rows, row_file
from benchmarks.runner import Runner
from benchmarks.suite import load_suite
from tests.benchmarks.running import call
from tests.benchmarks.synthetic import write_system
from zoo import registry
from zoo.errors import UnknownName, ZooError
from zoo.registry.variants import variant_module

VARIANT = """
import zoo
from zoo.models.lstm_seq2seq import LSTMSeq2Seq

@zoo.register_model(
    "own_test", paper=zoo.Paper("A", "B", 2026, "https://example.org"), encoder="e", decoder="d",
    attention="none", expect="x",
    sizes={"nano": zoo.Size((9, 9), units=8, depth=1), "huge": zoo.Size((9, 9), units=99)},
)
class Own(LSTMSeq2Seq):
    pass
"""
SUITE = """
title = "T"
models = ["lstm_seq2seq_nano"]
seeds = [0]
threads = 1
decoders = {}
[tasks.g2p]
options = {}
recipe = { epochs = 1 }
length_edges = [1, 21]
"""


@pytest.fixture
def variant(tmp_path, monkeypatch):
    """The path of a file that registers two sizes of a model."""
    monkeypatch.setenv("ZOO_VARIANTS", "")
    path = tmp_path / "own.py"
    path.write_text(VARIANT)
    yield path
    sys.modules.pop(variant_module(path), None)
    for name in ("own_test_nano", "own_test_huge"):
        registry.models._entries.pop(name, None)


@pytest.fixture
def suite(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pathlib.Path("made.toml").write_text(SUITE)
    return load_suite("made.toml")


def test_the_variant_joins_in_the_sizes_of_the_suite(suite, variant):
    found = with_variant(suite, variant)
    assert found.models == ["lstm_seq2seq_nano", "own_test_nano"]
    assert own_models(found) == ["own_test_nano"]
    cell = found.cells()[1]
    assert cell.command.startswith(f"ZOO_VARIANTS={variant} python -m benchmarks ")
    assert suite.cell("own_test_nano.g2p.s0").key == cell.key  # as the cell's own process finds it
    with pytest.raises(UnknownName, match="unknown cell 'own_test_nano.g2p.s7'"):
        suite.cell("own_test_nano.g2p.s7")
    other = dataclasses.replace(suite, models=["transformer_mini"])
    assert with_variant(other, variant).models[1:] == ["own_test_huge", "own_test_nano"]


def test_mistakes_are_one_line(suite, tmp_path, monkeypatch):
    monkeypatch.setenv("ZOO_VARIANTS", "")
    with pytest.raises(ZooError, match="none.py; --with takes a Python file"):
        with_variant(suite, tmp_path / "none.py")
    (tmp_path / "empty.py").write_text("x = 1")
    with pytest.raises(ZooError, match="empty.py registers no model"):
        with_variant(suite, tmp_path / "empty.py")
    (tmp_path / "bad.py").write_text("import nothing_like_this")
    with pytest.raises(ZooError, match="bad.py, which fails: ModuleNotFoundError") as found:
        with_variant(suite, tmp_path / "bad.py")
    assert "\n" not in str(found.value)
    assert call(tmp_path, "made.toml", "--with", "own.py", "--publish").returncode == 2


def test_its_rate_is_chosen_first_and_others_keep_their_rows(suite, variant, tmp_path, monkeypatch):
    """Trains nothing: the runner is replaced by one that notes what it is asked for."""
    asked = []

    def run_cells(suite, work, results, options, adopted, own=None):
        asked.append((suite.name, [cell.model for cell in suite.cells()], work.name, adopted))
        if suite.learning_rates:  # the second of the tried rates is the best
            for number, rate in enumerate(suite.learning_rates):
                row = write_system(
                    work,
                    f"own_test_nano learning_rate={rate}",
                    [0.5],
                    history=[{"validation_wrong_words": 9 if number == 1 else 50 + number}],
                )
                assert row
        return False

    tried = tmp_path / "suites" / "tried.toml"
    tried.parent.mkdir()
    tried.write_text(SUITE.replace("threads", "learning_rates = [0.001, 0.01]\nthreads"))
    own = tmp_path / "made.toml"
    own.write_text(SUITE.replace("threads", 'rates = "tried"\nthreads'))
    monkeypatch.setattr(suites, "HERE", tmp_path)
    monkeypatch.setattr(run_suite, "run_cells", run_cells)
    monkeypatch.setattr(run_suite, "REPOSITORY", tmp_path)
    monkeypatch.setattr(rates, "ROOT", tmp_path)
    for rate in (0.001, 0.01):
        write_system(
            tmp_path / "results" / "tried",
            f"lstm_seq2seq_nano learning_rate={rate}",
            [0.5],
            history=[{"validation_wrong_words": 3}],
        )
    assert call(tmp_path, "made.toml", "--with", str(variant)).returncode == 0
    assert asked == [
        (
            "tried",
            ["own_test_nano learning_rate=0.001", "own_test_nano learning_rate=0.01"],
            "tried",
            False,
        ),
        ("made", ["lstm_seq2seq_nano", "own_test_nano"], "work", True),
    ]
    assert list(read_rows(tmp_path / "runs" / "tried"))
    assert rates.chosen_rate("tried", "own_test_nano", "g2p", tmp_path) == 0.01
    assert launchers.cell_environment()["ZOO_VARIANTS"] == str(variant)


def test_the_table_has_all_committed_seeds_and_fresh_is_about_the_variant_alone(
    suite, variant, tmp_path, monkeypatch
):
    """Trains nothing: the runner is replaced by one that writes the rows it waits for."""
    text = SUITE.replace("seeds = [0]", "seeds = [0, 1]").replace(
        "decoders", "margin = 0.1\ndecoders"
    )
    pathlib.Path("made.toml").write_text(text)
    results, work, ran = tmp_path / "results" / "made", tmp_path / "work", []

    def write(folder, cell, code):
        fields = dict(task=cell.task, seed=cell.seed, key=cell.key, code=code)
        found = write_system(folder / "all", cell.model, [0.5] * 2, settings_key=cell.settings_key)
        assert cell.name in found
        for place in (row_file, outcomes_file):
            place(folder, cell.name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(place(folder / "all", cell.name), place(folder, cell.name))
        row = read_rows(folder)[cell.name] | fields
        row_file(folder, cell.name).write_text(json.dumps(row))

    def run(runner, launcher):
        ran.append([cell.name for cell in runner.waiting])
        for cell in runner.waiting:
            write(work, cell, "new")

    reports = []
    monkeypatch.setattr(Runner, "run", run)
    monkeypatch.setattr(estimate, "estimate", lambda *_: "")
    monkeypatch.setattr(run_suite, "report", lambda suite, work: reports.append(read_rows(work)))
    for cell in load_suite("made.toml").cells():
        write(results, cell, "committed")
    words = ["made.toml", "--with", str(variant), "--results", str(results), "--work", str(work)]
    for more in ([], [], ["--fresh"]):
        assert main([*words, *more]) == 0
    assert ran == [["own_test_nano.g2p.s0"], [], ["own_test_nano.g2p.s0"]]
    codes = {name: row["code"] for name, row in reports[-1].items()}
    assert codes == {
        "lstm_seq2seq_nano.g2p.s0": "committed",
        "lstm_seq2seq_nano.g2p.s1": "committed",
        "own_test_nano.g2p.s0": "new",
    }


def test_a_variant_of_another_size_is_said_to_be(suite, variant, capsys):
    found = with_variant(dataclasses.replace(suite, margin=0.1), variant)
    found = found.only([*found.models, "own_test_huge"])
    warn_of_size(found)
    assert "warning: own_test_huge has " in capsys.readouterr().out
    warn_of_size(dataclasses.replace(found, margin=0.0))
    assert not capsys.readouterr().out


def test_the_rates_of_a_variant_are_left_where_suites_look(suite, variant, tmp_path, monkeypatch):
    asked = []

    def run_cells(suite, work, *_, **__):
        asked.append((suite.models, work))

    monkeypatch.setattr(run_suite, "run_cells", run_cells)
    tried = SUITE.replace("threads", "learning_rates = [0.001]\nthreads")
    pathlib.Path("tried.toml").write_text(tried)
    assert main(["tried.toml", "--with", str(variant)]) == 0
    assert asked == [(["own_test_nano"], pathlib.Path("runs/tried"))]
