"""Validations within an epoch: at equal distances, and resumed from exactly."""

import json

import pytest

from tests.small_training import assert_same, left, train
from tests.training.conftest import At, interrupt
from zoo.training.stop import Interrupted
from zoo.training.validation import validations_until

TIMES = {"validations": 2, "epochs": 2}


@pytest.mark.parametrize(
    "per_epoch, validations, after",
    [(6, 1, [6]), (6, 2, [3, 6]), (6, 3, [2, 4, 6]), (5, 2, [3, 5]), (2, 9, [1, 2])],
)
def test_at_equal_distances_the_last_at_the_end(per_epoch, validations, after):
    counts = [validations_until(0, step, per_epoch, validations) for step in range(per_epoch + 1)]
    assert [i for i in range(1, per_epoch + 1) if counts[i] > counts[i - 1]] == after
    assert validations_until(3, 0, per_epoch, validations) == 3 * counts[-1]


@pytest.fixture(scope="module")
def whole(task, tmp_path_factory):
    folder = tmp_path_factory.mktemp("validations") / "run"
    train(task, folder, **TIMES)
    return folder


def test_the_history_has_a_row_per_validation(whole, steps):
    rows = [json.loads(line) for line in (whole / "history.jsonl").read_text().splitlines()]
    half = round((-(-steps // 2)) / steps, 6)
    assert [row["epoch"] for row in rows] == [half, 1, round(1 + half, 6), 2]
    tokens = [row["tokens"] for row in rows]
    assert tokens == sorted(set(tokens)) and tokens[3] == 2 * tokens[1]


@pytest.mark.parametrize("beyond", [-1, 0, 1])
def test_a_run_stopped_around_a_validation_ends_the_same(task, whole, steps, tmp_path, beyond):
    stop = At(-(-steps // 2) + beyond, interrupt)
    with pytest.raises(Interrupted):
        train(task, tmp_path / "run", callbacks=[stop], **TIMES)
    train(task, tmp_path / "run", resume=True, **TIMES)
    assert_same(left(tmp_path / "run"), left(whole))
