"""Stopped, killed or interrupted at any moment, a training that goes on ends the same."""

import itertools
import signal
import threading

import pytest

from tests.small_training import assert_same, left, train
from tests.training.conftest import At, Crash, crash, interrupt
from zoo.errors import ZooError
from zoo.evaluation.evaluate import evaluate_model
from zoo.runs.run import Run
from zoo.training import loop
from zoo.training.stop import Interrupted


def test_a_run_can_be_repeated(task, undisturbed, tmp_path):
    train(task, tmp_path / "again")
    assert_same(left(tmp_path / "again"), left(undisturbed))
    train(task, tmp_path / "other", seed=1)
    assert left(tmp_path / "other")[0] != left(undisturbed)[0]


@pytest.mark.parametrize(
    "where",
    ["first step", "last step of the first epoch", "second epoch", "last step of all", "thrice"],
)
def test_interrupted_and_resumed_ends_the_same(task, undisturbed, steps, tmp_path, where):
    assert steps > 3
    stops = {
        "first step": [1],
        "last step of the first epoch": [steps],
        "second epoch": [steps + 2],
        "last step of all": [3 * steps],
        "thrice": [2, steps - 2, steps + 1],
    }[where]
    handler = signal.getsignal(signal.SIGINT)
    for number, stop in enumerate(stops):
        with pytest.raises(Interrupted, match=f"go on with: zoo train --resume {tmp_path}"):
            train(task, tmp_path / "run", callbacks=[At(stop, interrupt)], resume=number > 0)
        assert signal.getsignal(signal.SIGINT) is handler
    train(task, tmp_path / "run", resume=True)
    assert_same(left(tmp_path / "run"), left(undisturbed))


@pytest.mark.parametrize("better", [True, False])
def test_scores_go_with_the_weights_they_are_of(task, steps, tmp_path, monkeypatch, better):
    scores = itertools.count(step=1 if better else -1)
    monkeypatch.setattr(loop, "validate", lambda *_: {"validation_exact_match": next(scores)})
    with pytest.raises(Interrupted):
        train(task, tmp_path / "run", callbacks=[At(steps + 1, interrupt)])
    run = Run(tmp_path / "run")
    run.write_evaluation(evaluate_model(run.model, task, "test", jit=False))
    assert run.evaluations and (tmp_path / "run" / "predictions.tsv").exists()
    train(task, tmp_path / "run", resume=True)
    assert bool(Run(tmp_path / "run").evaluations) != better
    assert (tmp_path / "run" / "predictions.tsv").exists() != better


def test_a_real_model_resumes_exactly_too(task, tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "validate", lambda *_: {"validation_exact_match": 0.0})
    options = dict(
        name="transformer_nano",
        overrides={"depth": 1, "dropout": 0.3},
        buckets=1,
        epochs=2,
    )
    train(task, tmp_path / "whole", **options)
    with pytest.raises(Interrupted):
        train(task, tmp_path / "run", callbacks=[At(3, interrupt)], **options)
    train(task, tmp_path / "run", resume=True, **options)
    assert_same(left(tmp_path / "run"), left(tmp_path / "whole"))


@pytest.mark.parametrize("step", [1, "after the first epoch"])
def test_a_killed_run_goes_on_from_the_last_epoch(task, undisturbed, steps, tmp_path, step):
    with pytest.raises(Crash):
        train(task, tmp_path / "run", callbacks=[At(1 if step == 1 else steps + 3, crash)])
    train(task, tmp_path / "run", resume=True)
    assert_same(left(tmp_path / "run"), left(undisturbed))


@pytest.mark.parametrize("save", [2, 3])
def test_killed_between_the_weights_and_the_checkpoint_of_an_epoch(
    task, undisturbed, tmp_path, monkeypatch, save
):
    saves = []

    def killed(*arguments):
        saves.append(arguments)
        if len(saves) == save:
            raise Crash
        return whole(*arguments)

    whole = loop.save_checkpoint
    monkeypatch.setattr(loop, "save_checkpoint", killed)
    with pytest.raises(Crash):
        train(task, tmp_path / "run")
    assert len((tmp_path / "run" / "history.jsonl").read_text().splitlines()) == save - 1
    monkeypatch.setattr(loop, "save_checkpoint", whole)
    train(task, tmp_path / "run", resume=True)
    assert_same(left(tmp_path / "run"), left(undisturbed))


def test_a_second_signal_stops_at_once(task, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        train(task, tmp_path / "run", callbacks=[At(2, lambda: (interrupt(), interrupt()))])


def test_a_finished_run_is_not_trained_again(task, undisturbed):
    before = {path: path.read_bytes() for path in undisturbed.iterdir()}
    with pytest.raises(ZooError, match="is finished after 3 epochs"):
        train(task, undisturbed, resume=True)
    assert {path: path.read_bytes() for path in undisturbed.iterdir()} == before


def test_training_works_outside_the_main_thread(task, undisturbed, tmp_path):
    thread = threading.Thread(target=train, args=(task, tmp_path / "run"))
    thread.start()
    thread.join()
    assert (tmp_path / "run" / "history.jsonl").read_text() == (
        undisturbed / "history.jsonl"
    ).read_text()
