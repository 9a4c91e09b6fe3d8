"""How long a suite takes: by rows of this and other machines, and by probes."""

import json
from types import SimpleNamespace

import pytest

import zoo
from benchmarks import estimate as module
from benchmarks.cell import Cell
from benchmarks.estimate import (
    duration,
    estimate,
    known_seconds,
    schedule,
    times_of,
)
from benchmarks.estimate import kind as kind_of
from benchmarks.probe_cell import Time, extrapolated, pretraining_seconds
from benchmarks.suite import load_suite

CELLS = load_suite("smoke").cells()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder for rows, on a machine of 20 GFLOP/s."""
    machine = {"processor": lambda: "A", "nvidia_cards": lambda: [], "gflops": lambda *given: 20.0}
    for name, function in machine.items():
        monkeypatch.setattr(module, name, function)
    (tmp_path / "rows").mkdir()
    return tmp_path


def write(folder, name, cell, minutes, gflops=None, **hardware):
    """Writes what an estimate needs of a row."""
    row = {"model": cell.model, "task": cell.task, "settings": cell.settings}
    row["timing"] = {"minutes": minutes} | ({"gflops": gflops} if gflops else {})
    row["hardware"] = {"processor": "A", "gpus": []} | hardware
    (folder / "rows" / f"{name}.json").write_text(json.dumps(row))


def known(folder, cell):
    """The known seconds of a cell, or None."""
    kind = kind_of(vars(cell))
    return known_seconds({kind}, [folder / "rows"], 1, 1).get(kind)


@pytest.mark.parametrize(
    "hardware, seconds",
    [
        ({}, 180),
        ({"gflops": 40.0}, 360),  # there it was twice as fast
        ({"gflops": 10.0, "processor": "B"}, 90),
        ({"processor": "B"}, None),  # nobody knows how fast that is
        ({"gpus": ["H100"], "gflops": 20.0}, None),
    ],
)
def test_a_row_counts_by_the_speed_of_its_machine(folder, hardware, seconds):
    write(folder, "one", CELLS[0], 3, **hardware)
    assert known(folder, CELLS[0]) == seconds and known(folder, CELLS[1]) is None


def test_rows_of_other_seeds_count_and_broken_rows_or_other_settings_do_not(folder):
    write(folder, "one", CELLS[0], 1)
    write(folder, "two", CELLS[0], 3)
    (folder / "rows" / "broken.json").write_text("{")
    other = load_suite("smoke")
    other.seeds[:] = [7]
    assert known(folder, other.cells()[0]) == 120
    other.tasks["reverse"]["recipe"]["epochs"] = 3
    assert known(folder, other.cells()[0]) is None


def test_a_place_takes_the_next_cell_when_it_is_free():
    assert schedule([10, 1, 1, 5], 2) == 10 and schedule([4, 4, 4], 2) == 8
    assert schedule([], 3) == 0


@pytest.mark.parametrize(
    "minutes, slots, line",
    [
        ([], 2, "2 cells, time unknown: --estimate measures it; finished cells are kept"),
        ([30, 35], 2, "2 cells, about 35 minutes on 2 cores; finished cells are kept"),
        ([30, 70], None, "2 cells, about 2 hours of computing; finished cells are kept"),
        (
            [30],
            1,
            "2 cells; 1 of them takes about 30 minutes on 1 core, the time of the others is "
            "unknown: --estimate measures it; finished cells are kept",
        ),
    ],
)
def test_the_line(folder, monkeypatch, minutes, slots, line):
    monkeypatch.setattr(module, "REPOSITORY", folder)
    runner = SimpleNamespace(suite=load_suite("smoke"), waiting=CELLS, folder=folder)
    for number, time in enumerate(minutes):
        write(folder, CELLS[number].name, CELLS[number], time)
    assert estimate(runner, SimpleNamespace(slots=slots)) == line


def test_durations_are_rounded_up():
    assert [duration(x) for x in (0.2, 89, 91, 3601, 5400.1, 36000)] == [
        "1 second",
        "89 seconds",
        "2 minutes",
        "61 minutes",
        "2 hours",
        "10 hours",
    ]


def test_a_probe_grows_by_the_steps_and_validations_that_it_left_out():
    row = {
        "target_tokens_seen": 1000,
        "steps": 10,
        "training_flops": 1e6,
        "history": [{}],
        "timing": {
            "minutes": 1,
            "training": {"tokens_per_second": 100, "compile_seconds": 10},
            "decoding": {"greedy": {"sentences_per_second": 50}},
        },
    }
    settings = {"recipe": {"epochs": 3, "validation_limit": 100}}
    time = lambda **more: extrapolated(row, settings | more, epoch=2000)
    assert time() == 60 + (6000 - 1000) / 100 + 2 * 100 / 50
    assert time(budget={"tokens": 3000}) == 60 + 2000 / 100 + 1 * 100 / 50
    assert time(budget={"flops": 3e6}) == time(budget={"tokens": 3000})
    assert time(budget={"minutes": 0.5}) == 60 + (2000 - 1000) / 100
    settings["recipe"] = {"steps": 40, "validation_limit": 100}
    assert time() == 60 + 3000 / 100 + 1 * 100 / 50


def test_a_pretraining_takes_its_own_passes():
    options = {"symbols": 5, "max_length": 4, "train": 100, "validation": 10, "test": 10}
    task = zoo.create_task("reverse", **options)
    table = {"task": "copy", "options": options, "recipe": {"epochs": 3}}
    tokens = int(zoo.create_task("copy", **options).encode("train")[1].lengths.sum())
    assert pretraining_seconds(table, task, 10.0) == 3 * tokens / 10
    table["recipe"] = {"steps": 4, "tokens": 100}
    assert pretraining_seconds(table, task, 10.0) == 4 * 100 / 10


def test_a_shared_pretraining_counts_once_per_seed():
    def cell(task, seed, pretrained=True):
        table = {"recipe": {"epochs": 1, "seed": seed}}
        settings = {"task": task, "recipe": {"seed": seed}}
        settings |= {"pretraining": table} if pretrained else {}
        return Cell("x", "bart_nano", task, seed, settings, "x")

    def known(tokenizers):
        return {
            kind_of(vars(cell(task, 0))): Time(10, 100, tokenizers[task]) for task in ("a", "b")
        }

    cells = [cell(task, seed) for seed in (0, 1) for task in ("a", "b")]
    assert times_of(cells, known({"a": "x", "b": "x"})) == [110, 10, 110, 10]
    assert times_of(cells, known({"a": "x", "b": "y"})) == [110] * 4
    assert times_of([cell("a", 0, pretrained=False)], known({"a": "x", "b": "x"})) == []
