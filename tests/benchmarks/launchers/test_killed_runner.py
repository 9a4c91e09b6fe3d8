"""A runner that is killed at any moment leaves no process, and loses no row."""

import signal
import subprocess
import sys

from benchmarks.__main__ import main
from benchmarks.suite import REPOSITORY
from tests.benchmarks.running import call, children, scores, wait, words

RUNNER = """\
import sys
import benchmarks.estimate
import benchmarks.launchers.local
from tests.benchmarks.launchers.conftest import command
benchmarks.launchers.local.cell_command = command
benchmarks.estimate.estimate = lambda *_: ""  # it would read all committed rows
from benchmarks.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def start(folder):
    """Starts a runner of stand-ins, two at a time."""
    return subprocess.Popen(
        [sys.executable, "-c", RUNNER, *words(folder, "smoke", "--jobs", "2")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    )


def test_killed_and_interrupted_at_several_moments_ends_with_the_same_rows(
    finished, given, tmp_path
):
    given.take(finished)
    work = given.work
    moments = [
        (signal.SIGKILL, {0, 1}, lambda: len(children(work)) == 2),  # both have just started
        (signal.SIGINT, {0, 1}, lambda: sum(given.starts()) == before + 2),  # they train
        (signal.SIGKILL, {0, 1}, lambda: sum(given.starts()) == before + 2),
        (signal.SIGKILL, {1}, lambda: list((work / "rows").glob("*.json"))),  # one is finished
    ]
    for kill, hanging, condition in moments:
        for number in hanging:
            given.say(number, "hang")
        before = sum(given.starts())
        runner = start(tmp_path)
        assert wait(condition, 120)
        runner.send_signal(kill)
        _, complaint = runner.communicate(timeout=30)
        assert wait(lambda: not children(work), 20), "processes are left"
        assert "Traceback" not in complaint
        if kill == signal.SIGINT:
            assert runner.returncode == 2 and complaint.count("\n") == 1
            assert "stopped with 0 of 2 cells finished" in complaint
            assert complaint.endswith("run the same command again, without --fresh, to go on\n")
        assert not (work / "README.md").exists()
        given.forget()
    done = call(tmp_path, "smoke")
    assert done.returncode == 0 and "1 of 2 cells are finished already" in done.stdout
    assert scores(work) == scores(finished / "work")


def test_two_runners_on_one_folder_neither_repeat_nor_corrupt(finished, given, tmp_path):
    given.take(finished)
    given.say(0, "hang")
    runner = start(tmp_path)
    assert wait(lambda: given.starts() == [1, 1], 120)
    second = call(tmp_path, "smoke", "--fresh")
    assert second.returncode == 2 and second.stderr.count("\n") == 1
    assert "another run of this suite is going on in" in second.stderr
    assert given.starts() == [1, 1]
    runner.send_signal(signal.SIGINT)
    runner.communicate(timeout=30)
    assert call(tmp_path, "smoke").returncode == 0 and given.starts() == [2, 1]
    assert scores(given.work) == scores(finished / "work")


def test_a_folder_that_cannot_be_written_is_named_before_anything_runs(given, tmp_path, capsys):
    (tmp_path / "file").write_text("not a folder")
    for option in ("--work", "--results"):
        inside = str(tmp_path / "file" / "smoke")
        status = main(["smoke", "--publish", "--work", str(given.work), option, inside])
        complaint = capsys.readouterr().err
        assert status == 2 and complaint.count("\n") == 1
        assert f"cannot write to {tmp_path / 'file'}; choose another folder with" in complaint
        assert option in complaint
    assert given.starts() == [0, 0]
