"""What `zoo train` asks of a training: its recipe, its folder, its devices and its callbacks."""

import pathlib
import types

import pytest

from tests.cli.conftest import QUICK, TASK
from zoo.cli.main import main
from zoo.cli.train import fine_tuning
from zoo.errors import ZooError
from zoo.training.tensorboard import TensorBoard

KNOWN = {
    "learning_rate": 1e-2,
    "optimizer": "adamw",
    "label_smoothing": 0.2,
    "tokens": 99,
    "seed": 3,
    "epochs": 40,
}


def test_a_trained_model_is_trained_on_at_a_tenth_of_its_learning_rate():
    fields = fine_tuning(types.SimpleNamespace(training={"recipe": KNOWN}))
    assert fields == {
        "optimizer": "adamw",
        "label_smoothing": 0.2,
        "tokens": 99,
        "epochs": 5,
        "learning_rate": pytest.approx(1e-3),
    }


@pytest.mark.parametrize("training", [None, {}, {"recipe": {}}, {"recipe": {"tokens": 99}}])
def test_another_checkpoint_is_trained_on_at_a_low_rate(training):
    fields = fine_tuning(types.SimpleNamespace(training=training))
    assert fields == {"epochs": 5, "learning_rate": 1e-4}


@pytest.fixture
def asked(monkeypatch):
    """What the training was asked for; it ends before its first step.

    `files` are those of its folder then, None if it was missing.
    """
    found = {}

    def train(
        model,
        task,
        recipe,
        folder,
        overrides,
        resume=False,
        overwrite=False,
        callbacks=(),
        progress=True,
        distribution=None,
    ):
        path = pathlib.Path(folder)
        files = [file.name for file in path.iterdir()] if path.is_dir() else None
        found.update(locals())
        if progress:
            raise ZooError("far enough")

    monkeypatch.setattr("zoo.training.train.train", train)
    monkeypatch.setattr("zoo.training.devices.make_distribution", lambda name: f"<{name}>")
    monkeypatch.setattr("zoo.training.devices.is_chief", lambda distribution: not distribution)
    return found


def test_workers_after_the_first_leave_and_say_nothing(asked, said, tmp_path):
    words = ["train", "lstm_seq2seq_nano", "reverse", *TASK, *QUICK, "--out", tmp_path / "run"]
    assert said(*words, "--devices", "workers") == ""
    assert (asked["model"], asked["task"].name) == ("lstm_seq2seq_nano", "reverse")
    assert asked["recipe"]["tokens"] == 200
    assert asked["distribution"] == "<workers>" and not asked["resume"]
    assert asked["progress"] is False and not asked["callbacks"]
    assert asked["files"] == []
    assert not pathlib.Path(asked["folder"]).exists() and not list(tmp_path.iterdir())


def test_workers_after_the_first_go_on_with_a_copy(asked, said, here):
    before = {path: path.read_bytes() for path in (here / "runs" / "plain").iterdir()}
    assert said("train", "--resume", "runs/plain", "--devices", "workers", "--tensorboard") == ""
    assert asked["resume"] is True and asked["model"] == "lstm_seq2seq_nano"
    assert asked["overrides"]["depth"] == 1 and asked["recipe"].tokens == 200
    assert asked["progress"] is False and not asked["callbacks"]
    assert {"last.checkpoint.npz", "history.jsonl"} <= set(asked["files"])
    assert not pathlib.Path(asked["folder"]).exists()
    assert {path: path.read_bytes() for path in (here / "runs" / "plain").iterdir()} == before


@pytest.mark.parametrize("words", [[], ["--tensorboard"]])
def test_curves_are_written_where_they_are_asked_for(asked, tmp_path, words):
    folder = tmp_path / "run"
    command = ["train", "lstm_seq2seq_nano", "reverse", *TASK, *QUICK, "--out", str(folder)]
    assert main([*command, *words]) == 2
    assert asked["folder"] == folder and asked["distribution"] is None
    assert [type(callback) for callback in asked["callbacks"]] == [TensorBoard] * len(words)
    for callback in asked["callbacks"]:
        assert callback.folder == str(folder / "tensorboard") and callback.jit is False
