"""Steps and minutes as a budget, and checkpoints within an epoch."""

import json
import signal

import numpy as np
import pytest

import zoo
from tests.small_training import assert_same, left, recipe, train
from tests.training.conftest import At, Crash, crash
from zoo.errors import ZooError
from zoo.training import loop
from zoo.training.stop import Interrupted


def test_steps_end_within_an_epoch(task, tmp_path, steps):
    run = train(task, tmp_path / "run", steps=steps + 2)
    assert run.training["steps"] == steps + 2
    assert [row["epoch"] for row in run.history] == [1, pytest.approx(1 + 2 / steps, abs=1e-6)]
    run = train(task, tmp_path / "accumulated", steps=3, accumulate=2)
    assert run.training["steps"] == 6
    run = train(task, tmp_path / "often", steps=2, validations=steps)  # the last step only once
    expected = [pytest.approx(n / steps, abs=1e-6) for n in (1, 2)]
    assert [row["epoch"] for row in run.history] == expected


def test_the_schedule_is_that_of_the_steps(task, tmp_path, steps):
    short = train(task, tmp_path / "short", steps=steps)
    one = train(task, tmp_path / "one", epochs=1)
    for a, b in zip(short.model.weights, one.model.weights):
        np.testing.assert_array_equal(a, b)


def test_minutes_end_with_a_validation(task, tmp_path):
    run = train(task, tmp_path / "run", epochs=1000, minutes=1e-6, validations=1000)
    assert (
        run.training["steps"] == 1
        and len(run.history) == 1
        and "validation_exact_match" in run.history[0]
    )
    with pytest.raises(ZooError, match="is finished after 1 epochs"):
        limited = dict(epochs=1000, minutes=1e-6, validations=1000)
        train(task, tmp_path / "run", **limited, resume=True)


def test_a_long_epoch_is_saved_on_the_way(task, undisturbed, tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", 0)
    with pytest.raises(Crash):
        train(task, tmp_path / "run", callbacks=[At(3, crash)])
    with np.load(tmp_path / "run" / "last.checkpoint.npz") as saved:
        assert json.loads(saved["position"].tobytes())["step"] == 2
    train(task, tmp_path / "run", resume=True)
    assert_same(left(tmp_path / "run"), left(undisturbed))


@pytest.mark.parametrize(
    "changes",
    [
        {"average": 2},
        {"moving_average": 0.9},
        {"accumulate": 3},
        {"scheduled_sampling": 0.5, "r_drop": 1.0},
        {"precision": "mixed_float16", "optimizer": "adamw", "weight_decay": 0.01},
    ],
)
def test_every_recipe_learns_and_resumes_exactly(task, tmp_path, steps, changes):
    changes = {"epochs": 2, **changes}
    losses = [row["loss"] for row in train(task, tmp_path / "whole", **changes).history]
    assert losses[-1] < losses[0] and np.isfinite(losses).all()
    for number, stop in enumerate((2, steps + 1)):
        with pytest.raises(Interrupted):
            train(
                task,
                tmp_path / "run",
                callbacks=[At(stop, lambda: signal.raise_signal(signal.SIGTERM))],
                resume=number > 0,
                **changes,
            )
    train(task, tmp_path / "run", resume=True, **changes)
    assert_same(left(tmp_path / "run"), left(tmp_path / "whole"))
    assert zoo.Run(tmp_path / "run").recipe == recipe(**changes)
