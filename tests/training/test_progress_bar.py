"""The time left that a training shows."""

import pytest

from zoo.training import progress_bar
from zoo.training.progress_bar import ProgressBar


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands where the test puts it."""
    now = [0.0]
    monkeypatch.setattr(progress_bar.time, "monotonic", lambda: now[0])
    return now


def test_what_compiles_is_not_counted_and_later_validations_are(clock):
    with ProgressBar(total=100, done=0, shown=True) as bar:
        assert str(bar).endswith("| ? left")
        clock[0] = 60.0
        bar.step(5.0, 0.0, compiling=60.0)
        assert "? left" in str(bar)
        clock[0] += 2.0
        bar.step(4.0, 1_000.0, compiling=0.0)
        assert str(bar).endswith(
            "| loss 4.000, 1,000 tokens/s, 03:16 left"
        )  # 98 steps of 2 seconds
        with bar.validation():
            clock[0] += 300.0
        clock[0] += 2.0
        bar.step(4.0, 1_000.0, compiling=0.0)
        assert str(bar).endswith(" 03:14 left")
        with bar.validation():
            clock[0] += 6.0
        clock[0] += 2.0
        bar.step(4.0, 1_000.0, compiling=0.0)
        assert str(bar).endswith(" 06:24 left")  # 96 steps of 4 seconds


def test_a_resumed_training_counts_its_own_steps_alone(clock):
    with ProgressBar(total=100, done=90, shown=True) as bar:
        clock[0] = 3.0
        bar.step(4.0, 1_000.0, compiling=0.0)
        assert "00:27 left" in str(bar)


def test_minutes_end_a_training_before_its_steps(clock):
    with ProgressBar(total=100, done=0, shown=True) as bar:
        clock[0] = 2.0
        bar.step(4.0, 1_000.0, compiling=0.0, allowed=59.0)
        assert str(bar).endswith(" 00:59 left")
        bar.step(4.0, 1_000.0, compiling=0.0, allowed=-1.0)
        assert str(bar).endswith(" 00:00 left")


def test_nothing_is_shown_where_nobody_asked(clock, capsys):
    with ProgressBar(total=2, done=0, shown=False) as bar:
        bar.step(4.0, 1_000.0, compiling=0.0)
    assert capsys.readouterr().err == ""


def test_a_log_gets_a_line_every_ten_seconds(monkeypatch, capsys):
    assert ProgressBar(total=2, done=0, shown=True).mininterval == 10
    monkeypatch.setattr(progress_bar.sys.stderr, "isatty", lambda: True)
    assert ProgressBar(total=2, done=0, shown=True).mininterval == 0.5
