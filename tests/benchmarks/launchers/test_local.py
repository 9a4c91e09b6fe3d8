"""Cells as processes: lost ones run again, failing ones are named, none outlives its runner."""

import contextlib
import shutil

import pytest

from benchmarks.launchers import local
from benchmarks.launchers.local import Local, default_jobs
from tests.benchmarks.running import call
from tests.full_disk import Disk
from zoo.errors import ZooError


@pytest.mark.parametrize(
    "cards, visible, expected", [([], None, 4), (["H100"], None, 1), (["H100"], "-1", 4)]
)
def test_cells_take_turns_on_a_card(monkeypatch, cards, visible, expected):
    monkeypatch.setattr(local, "nvidia_cards", lambda: cards)
    monkeypatch.setattr(local, "cores", lambda: 8)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert default_jobs(threads=2) == expected


def test_a_cell_that_is_killed_runs_again_and_costs_no_other(given):
    given.say(0, "die")
    runner = given.runner()
    runner.run(Local(given.suite, given.work, 2))
    assert given.rows() == sorted(given.cells) and not runner.failed
    assert given.starts() == [2, 1]


def test_a_cell_that_is_killed_each_time_is_named(given, monkeypatch):
    monkeypatch.setattr("benchmarks.runner.TRIES", 1)
    given.say(0, "die")
    runner = given.runner()
    runner.run(Local(given.suite, given.work, 2))
    assert given.rows() == [given.cells[1]]
    assert runner.failed == {given.cells[0]: "lost 1 workers, the last: killed by SIGKILL"}


def test_a_cell_that_fails_is_named_with_the_last_line_of_its_log_and_not_tried_again(given):
    given.say(1, "fail")
    runner = given.runner()
    runner.run(Local(given.suite, given.work, 1))
    assert runner.failed == {given.cells[1]: "error: it fails [/at] a bracket"}
    assert given.starts() == [1, 1]
    assert given.rows() == [given.cells[0]]


def test_a_failing_cell_names_its_log_and_keeps_the_others(finished, given, tmp_path):
    shutil.copytree(finished / "work", given.work)
    first, second = given.cells
    (given.work / "rows" / f"{first}.json").unlink()
    given.say(0, "fail")
    before = (given.work / "results.csv").read_bytes()
    done = call(tmp_path, "smoke")
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    log, reason = given.work / "logs" / f"{first}.log", "error: it fails [/at] a bracket"
    assert done.stderr.startswith(f"error: 1 of 2 cells failed, {first}: {reason} (log: {log})")
    assert reason in log.read_text()
    assert (given.work / "rows" / f"{second}.json").exists()
    assert (given.work / "results.csv").read_bytes() == before


def test_a_row_of_other_code_is_no_row(given):
    (given.folder / f"{given.cells[0]}.json").write_text('{"key": "other"}')
    runner = given.runner()
    runner.run(Local(given.suite, given.work, 2))
    assert list(runner.failed) == [given.cells[0]]
    assert "other code than the runner's" in runner.failed[given.cells[0]]


def test_an_interruption_ends_the_processes_and_keeps_rows(given, monkeypatch):
    given.say(1, "hang")
    runner, launcher = given.runner(), Local(given.suite, given.work, 2)
    take_in = runner.take_in

    def interrupt(end):
        take_in(end)
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "take_in", interrupt)
    process = []
    start = launcher.start
    monkeypatch.setattr(
        launcher,
        "start",
        lambda cells: (start(cells), process.append(launcher.running[given.cells[1]])),
    )
    with pytest.raises(
        ZooError,
        match="stopped with 1 of 2 cells .*; run the same command again, without --fresh",
    ):
        runner.run(launcher)
    assert process[0].returncode < 0 and given.rows() == [given.cells[0]]


def test_a_full_disk_is_named_even_if_no_log_can_be_written(given, tmp_path):
    given.work = tmp_path / "disk" / "work"
    with contextlib.closing(Disk(tmp_path / "disk")) as disk:
        runner = given.runner()
        disk.fill(0)
        runner.run(Local(given.suite, given.work, 2))
        assert set(runner.failed) == set(given.cells) and given.rows() == []
        if disk.mounted:
            reasons = set(runner.failed.values())
            assert all(reason.endswith("logs is full") for reason in reasons)
        disk.free()
        runner = given.runner()
        runner.run(Local(given.suite, given.work, 2))
        assert given.rows() == sorted(given.cells)
