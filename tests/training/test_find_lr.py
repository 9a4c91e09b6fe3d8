"""The sweep of the learning rate."""

import numpy as np
import pytest

from tests.small_training import DROPOUT, MODEL, recipe
from zoo.errors import ZooError
from zoo.training.find_lr import ExponentialRise, find_lr, write_sweep
from zoo.training.step import Step


def test_the_rate_rises_by_the_same_factor():
    rise = ExponentialRise(1e-4, 1.0, 5)
    assert [float(rise(step)) for step in range(5)] == pytest.approx(
        [1e-4, 1e-3, 1e-2, 1e-1, 1.0], rel=1e-4
    )
    assert ExponentialRise(**rise.get_config()).high == 1.0


@pytest.mark.parametrize("accumulate", [1, 2])
def test_the_suggestion_is_where_the_loss_falls_the_fastest(task, accumulate):
    rates, losses, best, _ = find_lr(
        MODEL, task, recipe(accumulate=accumulate), DROPOUT, 1e-5, 10.0, 60, progress=False
    )
    assert (
        len(rates) == len(losses) <= 60 and (np.diff(rates) > 0).all() and np.isfinite(losses).all()
    )
    assert best in rates and 1e-3 < best < 1.0
    assert losses[np.searchsorted(rates, best)] > losses.min()


def test_a_step_that_the_loss_scale_skips_does_not_count(task, monkeypatch):
    """The rates are those that were applied."""
    calls = []

    def run(step, source, target, update):
        calls.append(len(calls))
        if len(calls) in (1, 2, 7):
            return np.inf, 1.0
        step.optimizer.iterations.assign_add(1)
        return 9.0 - 0.1 * len(calls), 1.0

    monkeypatch.setattr(Step, "run", run)
    rates, losses, _, chosen = find_lr(MODEL, task, {"optimizer": "sgd"}, {}, 1e-3, 1.0, 12, False)
    rise = ExponentialRise(1e-3, 1.0, 12)
    assert rates.tolist() == [float(rise(step)) for step in range(9)]
    assert len(calls) == 12 and np.isfinite(losses).all() and chosen.optimizer == "sgd"


@pytest.mark.parametrize(
    "sweep, message",
    [
        ((0, 1.0, 20), "from a rate above 0"),
        ((1.0, 0.1, 20), "to a higher one"),
        ((1e-3, 1.0, 5), "10 steps or more"),
        ((1e-3, float("inf"), 50), "to a higher one"),
        ((1e-30, 1e-29, 12), "does not fall"),
    ],
)
def test_mistakes(task, sweep, message):
    with pytest.raises(ZooError, match=message):
        find_lr(MODEL, task, recipe(), {}, *sweep, progress=False)


def test_targets_beyond_the_positions_are_refused_before_anything_runs(task):
    with pytest.raises(ZooError, match=f"set max_positions={task.max_target_length}$"):
        find_lr("bart_nano", task, recipe(), {"max_positions": 4}, 1e-5, 1.0, 20, progress=False)


def test_it_is_written_as_a_picture_and_a_table(tmp_path):
    write_sweep(np.array([0.1, 0.2, 0.4]), np.array([3.0, 2.0, 5.0]), 0.2, tmp_path / "lr.png")
    assert (tmp_path / "lr.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "lr.csv").read_text() == "learning_rate,loss\n0.1,3\n0.2,2\n0.4,5\n"


def test_what_the_recipe_decides_is_no_override(task):
    with pytest.raises(ZooError, match="dtype is not an option of a run: the recipe's precision"):
        find_lr(MODEL, task, recipe(), {"dtype": "float32"})
