"""Trainings of cells that were stopped."""

import json
import time

import pytest

import zoo
from benchmarks.progress import Progress
from benchmarks.unfinished import forget, train_or_go_on
from zoo.runs.folder import CHECKPOINT
from zoo.training.stop import Interrupted

TASK = {"symbols": 5, "max_length": 4, "train": 200, "validation": 20, "test": 20}
RECIPE = {"steps": 6, "validations": 4, "tokens": 100, "buckets": 1, "compiled": False, "seed": 0}


class Killed(BaseException):
    """Nothing in the zoo catches it, as nothing catches a SIGKILL."""


@pytest.fixture
def train(eager, tmp_path):
    """Trains in the folder `name`; `killed` says after which step of which epoch to die."""
    task = zoo.create_task("reverse", **TASK)

    def training(name="run", key="k", killed=None, **recipe):
        progress = Progress(tmp_path / "progress.json")
        shown = progress.callback()
        steps = []

        def batch_end(step, logs):
            steps.append(step)
            if len(steps) == killed:
                raise Killed

        shown.on_train_batch_end = batch_end
        progress.callback = lambda: shown
        wanted = zoo.Recipe.from_dict(RECIPE | recipe)
        start = "transformer_nano", task, wanted
        try:
            run = train_or_go_on(key, *start, tmp_path / name, {}, progress)
        except Killed:
            return None, len(steps), progress
        return run, len(steps), progress

    return training


def test_a_killed_training_goes_on_with_the_same_weights(train):
    whole = train("whole")[0]
    assert train(killed=5)[0] is None
    run, steps, progress = train()
    assert steps < 6 and progress.before > 0
    assert run.history == whole.history
    pairs = zip(run.model.get_weights(), whole.model.get_weights())
    assert all((a == b).all() for a, b in pairs)
    clock = ("tokens_per_second", "seconds", "compile_seconds")
    assert all(run.training[key] == x for key, x in whole.training.items() if key not in clock)


def test_a_training_that_ended_is_not_repeated_until_it_is_forgotten(train, tmp_path):
    run = train()[0]
    again, steps, progress = train()
    assert steps == 0 and again.training == run.training and 0 < progress.before < time.time()
    (tmp_path / "run.pretraining.json").touch()
    forget(tmp_path / "run")
    assert not (tmp_path / "run.pretraining.json").exists()
    assert train()[1] == 6


def test_a_checkpoint_of_an_older_training_is_never_taken_for_the_new_one(
    train, tmp_path, monkeypatch
):
    train(killed=5)
    monkeypatch.setattr(zoo, "train", None)  # it fails before it clears the folder
    with pytest.raises(TypeError):
        train(key="new code")
    monkeypatch.undo()
    run, steps, progress = train(key="new code")
    assert run.training["steps"] == steps == 6 and progress.before == 0


@pytest.mark.parametrize("text", ["", "{", '{"key": "k"}'])
def test_a_broken_note_or_checkpoint_costs_the_training_alone(train, tmp_path, text):
    train(killed=5)
    (tmp_path / "run.json" if text else tmp_path / "run" / CHECKPOINT).write_text(text)
    assert train()[1] == 6


@pytest.mark.parametrize("lost", ["config.json", "best.weights.h5"])
def test_a_folder_that_lost_a_file_is_trained_again(train, tmp_path, lost):
    train()
    (tmp_path / "run" / lost).unlink()
    assert train()[1] == 6


def test_another_machine_or_a_budget_of_minutes_starts_from_the_beginning(train, monkeypatch):
    train(killed=5)
    monkeypatch.setattr("benchmarks.provenance.versions", lambda: {"keras": "4"})
    assert train(killed=5)[1] == 5
    assert train(minutes=9, killed=5)[1] == 5
    assert train(minutes=9)[1] == 6


def test_ctrl_c_says_how_to_go_on(train, monkeypatch):
    def stopped(*_, **__):
        raise Interrupted("go on with: zoo train --resume run")

    monkeypatch.setattr(zoo, "train", stopped)
    with pytest.raises(Interrupted, match="run the same command again"):
        train()


def test_a_training_killed_between_its_end_and_the_note_is_repeated(train, tmp_path):
    train()
    note = json.loads((tmp_path / "run.json").read_text())
    assert note["memory"] > 0
    (tmp_path / "run.json").write_text(json.dumps(note | {"ended": None, "training": None}))
    assert train()[1] == 6


@pytest.mark.parametrize("change", [{"key": "other code"}, {"learning_rate": 1e-3, "key": "other"}])
def test_another_training_starts_from_the_beginning(train, change):
    train(killed=5)
    assert train(**change)[1] == 6
