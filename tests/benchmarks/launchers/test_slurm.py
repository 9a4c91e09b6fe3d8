"""Cells as a Slurm array, with a stand-in for Slurm's commands on the PATH."""

import json
import os
import pathlib
import shlex
import shutil
import signal
import sys
import time

import pytest

from benchmarks.launchers import make_launcher
from benchmarks.launchers.slurm import Slurm
from benchmarks.suite import load_suite
from zoo.errors import ZooError


class Commands:
    """The stand-ins for sbatch, squeue and scancel."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        shutil.copy(pathlib.Path(__file__).with_name("stand_in_slurm.py"), folder / "slurm.py")
        for name in ("sbatch", "squeue", "scancel"):
            words = shlex.join([sys.executable, "-S", str(folder / "slurm.py"), name])
            script = f'#!/bin/sh\nexec {words} "$@"\n'
            (folder / name).write_text(script)
            (folder / name).chmod(0o755)

    def calls(self, program):
        """The calls of one of them."""
        lines = (self.folder / "calls").read_text().splitlines()
        return [line for line in lines if line.startswith(program)]

    def group(self, task):
        """The process group of a task."""
        return int((self.folder / f"{task}.pid").read_text())


@pytest.fixture
def slurm(tmp_path, monkeypatch):
    commands = Commands(tmp_path / "bin")
    monkeypatch.setenv("PATH", f"{commands.folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(Slurm, "pause", 0.1)
    monkeypatch.setattr(Slurm, "grace", 0.2)
    yield commands
    for path in commands.folder.glob("*.pid"):
        try:
            os.killpg(int(path.read_text()), signal.SIGKILL)
        except ProcessLookupError:
            continue


def launcher(given, **options):
    """A launcher of the given suite."""
    return make_launcher("slurm", given.suite, given.work, **options)


def interrupted(given, launcher, condition):
    """Runs a suite up to a moment, as Ctrl-C would end it. Returns the message."""
    ended = launcher.ended

    def interrupt():
        yield from ended()
        if condition():
            raise KeyboardInterrupt

    launcher.ended = interrupt
    with pytest.raises(ZooError) as found:
        given.runner().run(launcher)
    return str(found.value)


def test_all_cells_are_one_array_with_the_options_of_the_user(given, slurm):
    runner = given.runner()
    runner.run(launcher(given, jobs=1, sbatch_options="--partition=short '--comment=a b'"))
    assert given.rows() == sorted(given.cells) and given.starts() == [1, 1] and not runner.failed
    script = given.work / "slurm" / "array.sh"
    assert slurm.calls("sbatch") == [f"sbatch --parsable --partition=short --comment=a b {script}"]
    assert "#SBATCH --array=0-1%1\n#SBATCH --cpus-per-task=1\n" in script.read_text()


@pytest.mark.parametrize("state", ["NODE_FAIL", None])
def test_a_lost_node_costs_its_cell_only_which_runs_again(given, slurm, state):
    given.say(0, "hang")
    runner, array = given.runner(), launcher(given)
    start = array.start

    def lose(cells):
        start(cells)
        while given.starts()[0] == 0:
            time.sleep(0.02)
        if len(slurm.calls("sbatch")) == 1:
            if state:
                (slurm.folder / "1_0.state").write_text(state)
            os.killpg(slurm.group("1_0"), signal.SIGKILL)
            if state is None:
                (slurm.folder / "1_0.pid").unlink()  # Slurm has forgotten it

    array.start = lose
    runner.run(array)
    assert given.rows() == sorted(given.cells) and not runner.failed
    assert given.starts() == [2, 1] and len(slurm.calls("sbatch")) == 2


def test_a_killed_cell_runs_again(given, slurm):
    given.say(1, "die")
    runner = given.runner()
    runner.run(launcher(given))
    assert given.starts() == [1, 2] and given.rows() == sorted(given.cells) and not runner.failed


def test_what_fails_or_is_cancelled_is_named_and_not_tried_again(given, slurm):
    given.say(0, "fail")
    given.say(1, "hang")
    array = launcher(given)
    start = array.start

    def cancel(cells):
        start(cells)
        (slurm.folder / "1_1.state").write_text("TIMEOUT")

    array.start = cancel
    runner = given.runner()
    runner.run(array)
    assert runner.failed == {
        given.cells[0]: "error: it fails [/at] a bracket",
        given.cells[1]: "its Slurm task left no exit status (TIMEOUT)",
    }
    assert len(slurm.calls("sbatch")) == 1


def test_a_runner_that_is_started_again_follows_the_tasks_of_the_first(given, slurm):
    given.say(0, "wait")
    message = interrupted(given, launcher(given), lambda: True)
    assert "Slurm job 1 goes on: the same command follows it, scancel 1 ends it" in message
    assert message.endswith("run the same command again, without --fresh, to go on")
    (given.folder / f"{given.cells[0]}.wait").unlink()
    given.runner().run(launcher(given))
    assert given.rows() == sorted(given.cells) and given.starts() == [1, 1]
    assert len(slurm.calls("sbatch")) == 1 and not slurm.calls("scancel")


def test_it_submits_nothing_twice_when_squeue_fails(given, slurm, monkeypatch):
    given.say(0, "wait")
    interrupted(given, launcher(given), lambda: True)
    again = launcher(given)
    monkeypatch.setattr(again, "states", lambda: None)
    again.start(load_suite("smoke").cells()[:1])  # the other one may have ended
    assert list(again.running) == given.cells[:1] and len(slurm.calls("sbatch")) == 1
    (given.folder / f"{given.cells[0]}.wait").unlink()


def test_jobs_of_cells_that_are_not_asked_for_now_stay_noted(given, slurm):
    given.say(0, "wait")
    interrupted(given, launcher(given), lambda: True)
    again = launcher(given)
    again.start(again.suite.cells()[1:])
    assert given.cells[0] in json.loads(again.notes.read_text())
    (given.folder / f"{given.cells[0]}.wait").unlink()


def test_an_interruption_cancels_if_asked_and_the_cells_start_anew(given, slurm):
    given.say(0, "hang")
    message = interrupted(given, launcher(given, cancel=True), lambda: given.starts()[0])
    assert "Slurm job 1 is cancelled; run the same command" in message and slurm.calls("scancel")
    runner = given.runner()
    runner.run(launcher(given))
    assert given.rows() == sorted(given.cells) and given.starts()[0] == 2


def test_refusals_are_clear(given, slurm, monkeypatch):
    with pytest.raises(ZooError, match="sbatch refuses .*: invalid partition|none"):
        given.runner().run(launcher(given, sbatch_options="--partition=none"))
    with pytest.raises(ZooError, match="--sbatch-options .*: No closing quotation"):
        launcher(given, sbatch_options="'")
    with pytest.raises(ZooError, match="need --launcher slurm"):
        make_launcher("local", given.suite, given.work, cancel=True)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ZooError, match="there is no sbatch here"):
        launcher(given)
