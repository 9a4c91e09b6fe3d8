"""The measurements of a card, rehearsed on the processor."""

import contextlib
import io
import pathlib
import shutil
import subprocess
import sys
import time
import types

import pandas as pd
import pytest

from benchmarks.__main__ import main
from benchmarks.card import command, machine, part, quick
from benchmarks.card import tests as card_tests
from benchmarks.card.page import render
from benchmarks.suite import REPOSITORY
from zoo.cli.main import main as zoo_main
from zoo.errors import UnknownName, ZooError


def output_here(words):
    """What `command.output_of` finds, without loading TensorFlow again."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        if words[1] == "-c":
            exec(words[2], {})
        else:
            assert words[1:3] == ["-m", "zoo"] and zoo_main(words[3:]) == 0
    return printed.getvalue()


def test_a_rehearsal_of_every_part(finished, tmp_path, monkeypatch):
    """One part in a process of its own, as on a card; the others here, where TensorFlow is."""
    alone = command.run_part
    assert command.output_of([sys.executable, "-c", "print(7)"]) == "7\n"
    monkeypatch.setattr(command, "output_of", output_here)

    def run_cell(words, **options):  # that of another test
        assert words[1:4] == ["-m", "benchmarks", "smoke"] and words[-2] == "--work"
        shutil.copytree(finished / "work" / "rows", pathlib.Path(words[-1]) / "rows")
        return subprocess.CompletedProcess(words, 0)

    monkeypatch.setattr(quick, "subprocess", types.SimpleNamespace(run=run_cell))

    def run_part(name, folder, rehearse, peer_python):
        if name == "tests":
            return alone(name, folder, rehearse, peer_python)
        return part.main(name, folder, peer_python, rehearse) or None

    monkeypatch.setattr(command, "run_part", run_part)
    assert main(["card", "--rehearse", "--results", str(tmp_path)]) == 0
    for name in command.PARTS:
        assert not pd.read_csv(tmp_path / f"{name}.csv").empty, name
    page = (tmp_path / "README.md").read_text()
    assert "Not measured yet" not in page and "TensorFlow" in (tmp_path / "doctor.txt").read_text()
    training = pd.read_csv(tmp_path / "training.csv").iloc[0]
    assert training["ratio"] > 0 and training["zoo_tokens_per_second"] > 0
    assert pd.read_csv(tmp_path / "decoding.csv").iloc[0]["equal_outputs"] == 1
    assert pd.read_csv(tmp_path / "tests.csv").iloc[0]["failed"] == 0
    assert pd.read_csv(tmp_path / "quick.csv").iloc[0]["precision"] == "float32"


def test_a_step_is_a_file_of_tests():
    paths = list(card_tests.steps(rehearse=False))
    assert "tests/layers/test_dropout.py" in paths and len(set(paths)) == len(paths) > 50
    assert all((REPOSITORY / path).is_file() for path in [*paths, *card_tests.LEFT_OUT])
    assert not card_tests.LEFT_OUT & set(paths)


def test_what_has_a_row_is_kept_and_a_step_that_fails_stops_no_other(tmp_path, monkeypatch, capsys):
    tried = []

    def measure(folder, peer_python, size, **others):
        tried.append(others["dtype"])
        if len(tried) == 2:
            raise RuntimeError("out of memory\nand a long explanation")
        return {"tflops": 1.5}

    monkeypatch.setattr(machine, "measure", measure)
    (tmp_path / "logs").mkdir()
    arguments = "machine", tmp_path, sys.executable
    assert part.main(*arguments, rehearse=True) == 1
    assert len(pd.read_csv(tmp_path / "machine.csv")) == 2
    assert "float32, exact: failed: out of memory" in capsys.readouterr().out
    assert part.main(*arguments, rehearse=True) == 0
    assert len(pd.read_csv(tmp_path / "machine.csv")) == 3 and len(tried) == 4
    assert machine.rate(tmp_path, "float32") == machine.rate(tmp_path, "bfloat16") == 1.5e12
    (tmp_path / "card.txt").write_text("Card\n")
    page = render(tmp_path)
    assert "# Card" in page and "Not measured yet: tests, training" in page


def test_a_step_that_did_not_end_comes_last_the_next_time(tmp_path, monkeypatch):
    tried = []

    def measure(folder, peer_python, **options):
        tried.append(len(tried))
        if len(tried) == 1:
            raise KeyboardInterrupt  # as if the part were killed
        return {"tflops": len(tried)}

    monkeypatch.setattr(machine, "measure", measure)
    (tmp_path / "logs").mkdir()
    arguments = "machine", tmp_path, sys.executable
    with pytest.raises(KeyboardInterrupt):
        part.main(*arguments, rehearse=True)
    assert part.main(*arguments, rehearse=True) == 0
    steps = list(machine.steps(rehearse=True))
    found = pd.read_csv(tmp_path / "machine.csv")["step"].tolist()
    assert found == [*steps[1:], steps[0]]


def test_a_part_that_takes_too_long_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "PARTS", {"machine": 0.0001})
    monkeypatch.setattr(command, "card_name", lambda: "Card 1")
    monkeypatch.setattr(command, "output_of", lambda words: "")
    assert command.main([], results=tmp_path) == 1
    said = capsys.readouterr().out
    assert "machine: not finished in 0.0001 minutes" in said
    assert "run the same command again, without --fresh, to go on" in said


def test_fresh_drops_the_rows_of_a_part_before_it_runs(tmp_path, monkeypatch):
    found = []

    def run_part(name, folder, rehearse, peer_python):
        left = folder / f"{name}.csv", folder / "logs" / name, part.tries_file(folder, name)
        found.append([path.exists() for path in left])

    monkeypatch.setattr(command, "run_part", run_part)
    monkeypatch.setattr(command, "render", lambda folder: "")
    monkeypatch.setattr(command, "card_name", lambda: "Card 1")
    monkeypatch.setattr(command, "output_of", lambda words: "")
    for fresh in (False, True):
        (tmp_path / "logs" / "machine").mkdir(parents=True, exist_ok=True)
        (tmp_path / "machine.csv").write_text("commit,tflops\nabc,1.5\n")
        part.tries_file(tmp_path, "machine").write_text("{}")
        command.main(["machine"], fresh=fresh, results=tmp_path)
    assert found == [[True] * 3, [False] * 3]


def test_what_a_part_has_started_ends_with_it(tmp_path, monkeypatch):
    script = "import subprocess, time; subprocess.Popen(['sleep', '98.7']); time.sleep(98)"
    monkeypatch.setattr(command, "PARTS", {"machine": 0.03})
    monkeypatch.delenv("TF_FORCE_GPU_ALLOW_GROWTH", raising=False)
    started, environments = subprocess.Popen, []

    def start(words, **options):
        environments.append(options["env"])
        return started([sys.executable, "-c", script], **options)

    monkeypatch.setattr(command.subprocess, "Popen", start)
    (tmp_path / "logs").mkdir()
    assert "not finished" in command.run_part("machine", tmp_path, False, sys.executable)
    monkeypatch.undo()
    assert environments[0]["TF_FORCE_GPU_ALLOW_GROWTH"] == "true"
    sleeping = ["pgrep", "-f", "^sleep 98.7$"]
    until = time.monotonic() + 30  # a killed process may take a moment to go
    while time.monotonic() < until and not subprocess.run(sleeping, capture_output=True).returncode:
        time.sleep(0.1)
    assert subprocess.run(sleeping, capture_output=True).returncode


def test_mistakes(tmp_path, monkeypatch):
    with pytest.raises(UnknownName, match="unknown part 'trainin'; nearest: training"):
        command.main(["trainin"])
    monkeypatch.setattr(command, "card_name", lambda: None)
    with pytest.raises(ZooError, match="sees no card .* card --rehearse"):
        command.main([])
    assert str(command.default_folder("NVIDIA H200 NVL", False)).endswith("cards/nvidia_h200_nvl")
