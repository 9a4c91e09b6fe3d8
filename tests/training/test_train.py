"""`zoo.train`: what it takes, what it refuses, and a run that can be used."""

import dataclasses
import warnings

import numpy as np
import pytest

import zoo
from tests.small_training import MODEL, recipe, train
from zoo.backend import default_precision, precision_here
from zoo.data.readers.oddities import DataWarning
from zoo.data.task import Example
from zoo.errors import ZooError
from zoo.training.find_lr import find_lr
from zoo.training.train import FEW, warn_if_short


@pytest.mark.parametrize(
    "changes",
    [
        {"precision": "mixed_bfloat16"},
        {"precision": "auto"},
        {"validation_limit": 0},
    ],
)
def test_other_recipes_train_and_can_be_used(task, tmp_path, changes):
    run = train(task, tmp_path / "run", epochs=1, **changes)
    asked = recipe(**changes).precision
    assert run.recipe.precision == (default_precision() if asked == "auto" else asked)
    check_use(run)


def check_use(run):
    """The run trained, and once it is loaded, it answers the same if its precision is fast here."""
    assert np.isfinite(run.history[0]["loss"])
    again, precision = zoo.Run(run.folder), precision_here(run.recipe)
    assert again.model.dtype_policy.name == precision
    texts = ["a b c"]
    if precision == run.recipe.precision:
        assert again.text_model().generate(texts) == run.text_model().generate(texts)


def test_a_deterministic_run_has_tensorflow_keep_to_one_order(traced, task, tmp_path, determinism):
    options = dict(epochs=1, deterministic=True, compiled=True, buckets=1)
    run = train(task, tmp_path / "run", **options)
    assert determinism.is_op_determinism_enabled()
    check_use(run)


@pytest.mark.parametrize(
    "overrides, message",
    [
        ({"unit": 3}, "takes no 'unit'; valid: .*units"),
        ({"source_vocabulary": 9}, "the task decides it"),
        ({"dtype": "float16"}, "precision decides it"),
        ({"end_id": 1}, "the tokenizer decides it"),
        ({"units": 0}, "units"),
        ({"depth": "two"}, "depth must be a whole number"),
    ],
)
def test_bad_overrides_leave_no_folder(task, tmp_path, overrides, message):
    with pytest.raises(ZooError, match=message):
        train(task, tmp_path / "run", name="lstm_seq2seq_nano", overrides=overrides)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"metrics": ("exact_mach",)}, "unknown metric 'exact_mach'; nearest: exact_match"),
        ({"splits": {"train": [Example("a", ("b",))]}}, "unknown split 'validation'"),
    ],
)
def test_a_task_that_cannot_be_scored_is_told_before_the_training(task, tmp_path, changes, message):
    with pytest.raises(ZooError, match=message):
        train(dataclasses.replace(task, **changes), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_batches_that_do_not_fit_cost_no_earlier_run(task, tmp_path, monkeypatch):
    run = train(task, tmp_path / "run", epochs=1)
    files = {path.name: path.read_bytes() for path in run.folder.iterdir() if path.is_file()}

    def refuse(*_):
        raise ZooError("lower --tokens")

    monkeypatch.setattr("zoo.training.train.check_batches", refuse)
    with pytest.raises(ZooError, match="lower --tokens"):
        train(task, run.folder, epochs=1, overwrite=True)
    assert files == {p.name: p.read_bytes() for p in run.folder.iterdir() if p.is_file()}


def test_an_ensemble_is_not_trained(task, tmp_path):
    text = zoo.load(train(task, tmp_path / "run", epochs=1).folder)
    with pytest.raises(ZooError, match="an ensemble cannot be trained; train each of its models"):
        train(task, tmp_path / "other", name=text.with_others([text]))


def test_a_recipe_may_be_the_fields_that_differ_from_the_models_own(task, tmp_path):
    fields = {"epochs": 1, "compiled": False, "precision": "float32"}
    run = zoo.train(MODEL, task, fields, tmp_path / "run", progress=False)
    assert run.recipe == zoo.Recipe.of_model(MODEL, **fields) and len(run.history) == 1


def test_a_training_of_few_updates_says_how_to_make_more():
    with pytest.warns(DataWarning, match=r"only 100 updates; .*\(tokens=256\) or more epochs"):
        warn_if_short(100, zoo.Recipe())
    with pytest.warns(DataWarning, match="has only 100 updates; more epochs make more"):
        warn_if_short(100, zoo.Recipe(tokens=128))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_if_short(FEW, zoo.Recipe())


def test_a_family_is_trained_with_the_positions_that_the_task_needs(task, tmp_path, monkeypatch):
    long = dataclasses.replace(task, max_source_length=4000, max_target_length=70)
    asked = []

    def prepare(name, task, recipe, overrides, distribution=None):
        asked.append(overrides)
        raise ZooError("far enough")

    monkeypatch.setattr("zoo.training.train.prepare", prepare)
    monkeypatch.setattr("zoo.training.find_lr.prepare", prepare)
    for name in ("whisper", "whisper_mini"):
        with pytest.raises(ZooError, match="far enough"):
            train(long, tmp_path / "run", name, {})
        with pytest.raises(ZooError, match="far enough"):
            find_lr(name, long, recipe(), progress=False)
    assert asked == [{"max_source": 4000, "max_positions": 70}] * 2 + [{}] * 2


def test_r_drop_needs_dropout(task, tmp_path):
    for name in (MODEL, "rnn_encoder_decoder_nano"):  # the second has layers that could drop
        with pytest.raises(ZooError, match="the model has none; add --set dropout=0.1"):
            train(task, tmp_path / "run", name, overrides={}, r_drop=1.0)
    assert not (tmp_path / "run").exists()
