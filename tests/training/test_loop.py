"""The loop: equal to `fit`, stopped early, deaf to no callback, and no friend of NaN."""

import h5py
import keras
import numpy as np
import pytest

import zoo
from tests.small_training import recipe, train
from tests.test_loss import numpy_loss
from tests.training.conftest import make_batches
from zoo.data.batches import as_dataset, shift_right
from zoo.errors import ZooError
from zoo.training import loop
from zoo.training.optimizer import make_optimizer
from zoo.training.step import Step


@pytest.mark.parametrize("optimizer", ["adam", "adafactor"])
def test_same_weights_as_compile_and_fit(task, optimizer):
    batches, chosen = make_batches(task), recipe(optimizer=optimizer)
    models = []
    for _ in range(2):
        keras.utils.set_random_seed(5)
        models.append(
            zoo.create("bag_test", task.source_tokenizer.size, task.target_tokenizer.size)
        )
    before = [np.asarray(v) for v in models[0].trainable_variables]
    total = 2 * batches.steps_per_epoch
    step = Step(models[0], make_optimizer(chosen, total), chosen, total)
    for epoch in range(2):
        for batch in batches.epoch(epoch):
            step(batch.source, batch.target)
    models[1].compile(
        make_optimizer(chosen, total),
        zoo.TokenCrossentropy(chosen.label_smoothing),
        jit_compile=False,
    )
    models[1].fit(
        as_dataset(batches, epochs=2), epochs=2, steps_per_epoch=batches.steps_per_epoch, verbose=0
    )
    for own, fit in zip(models[0].trainable_variables, models[1].trainable_variables):
        np.testing.assert_allclose(own, fit, rtol=0, atol=1e-5, err_msg=own.path)
    moved = [
        np.abs(np.asarray(own) - start).max()
        for own, start in zip(models[0].trainable_variables, before)
    ]
    assert np.median(moved) > 1e-3


def test_a_step_returns_the_loss_sum_and_the_tokens(task):
    model = zoo.create("bag_test", task.source_tokenizer.size, task.target_tokenizer.size)
    batch, chosen = list(make_batches(task).epoch(0))[-1], recipe()
    logits = np.asarray(model((batch.source, shift_right(batch.target))))
    total, tokens = Step(model, make_optimizer(chosen, 10), chosen, 10)(batch.source, batch.target)
    expected, count = numpy_loss(batch.target, logits, chosen.label_smoothing)
    assert float(total) == pytest.approx(expected, rel=1e-4) and float(tokens) == count


def test_compiled_and_not_compiled_agree(task):
    results = []
    for compiled in (False, True):
        keras.utils.set_random_seed(5)
        model = zoo.create("bag_test", task.source_tokenizer.size, task.target_tokenizer.size)
        chosen = recipe(compiled=compiled)
        step = Step(model, make_optimizer(chosen, 10), chosen, 10)
        batch = make_batches(task).batch(0, 0)
        results.append([float(step(batch.source, batch.target)[0]) for _ in range(5)])
    assert results[0] == pytest.approx(results[1], rel=1e-4)
    assert results[0][0] > results[0][-1]


@pytest.mark.parametrize(
    "metric, values, best, epochs",
    [
        (
            "exact_match",
            [10, 30, 30, 20, 90],
            2,
            4,
        ),  # higher is better; two epochs without a better one
        ("token_error_rate", [50, 60, 40, 45, 41, 0], 3, 5),  # lower is better
        ("token_error_rate", [50, 40, 30, 20], 4, 4),
    ],
)
def test_early_stopping_keeps_the_best_epoch(
    task, tmp_path, monkeypatch, metric, values, best, epochs
):
    import dataclasses

    seen = []

    def scripted(model, task, recipe):
        seen.append([np.asarray(v) for v in model.variables])
        return {f"validation_{metric}": float(values[len(seen) - 1])}

    monkeypatch.setattr(loop, "validate", scripted)
    task = dataclasses.replace(task, metrics=(metric,))
    run = train(task, tmp_path / "run", epochs=len(values), patience=2)
    assert len(seen) == len(run.history) == epochs
    for found in (run.model, zoo.Run(tmp_path / "run").model):
        for variable, expected in zip(
            found.trainable_variables, model_trainable(found, seen[best - 1])
        ):
            np.testing.assert_array_equal(variable, expected)
    with pytest.raises(ZooError, match=f"is finished after {epochs} epochs"):
        train(task, tmp_path / "run", epochs=len(values), patience=2, resume=True)


def model_trainable(model, values):
    """Of the values of all of a model's variables, those of the trainable ones."""
    trainable = {id(v) for v in model.trainable_variables}
    return [value for variable, value in zip(model.variables, values) if id(variable) in trainable]


def test_callbacks_are_called_and_may_stop_training(task, tmp_path, steps):
    calls = []

    class Log(keras.callbacks.Callback):
        """Notes every call."""

        def on_train_begin(self, logs=None):
            calls.append(("train", self.model.name, self.params["epochs"], self.params["steps"]))

        def on_epoch_begin(self, epoch, logs=None):
            calls.append(("epoch", epoch))

        def on_train_batch_begin(self, batch, logs=None):
            calls.append(("begin", batch))

        def on_train_batch_end(self, batch, logs=None):
            calls.append(("end", batch))
            assert np.isfinite(logs["loss"]) and float(self.model.optimizer.learning_rate) > 0
            assert int(self.model.optimizer.iterations) == sum(name == "end" for name, *_ in calls)

        def on_epoch_end(self, epoch, logs=None):
            calls.append(("epoch end", epoch, sorted(logs)))
            self.model.stop_training = epoch == 1

        def on_train_end(self, logs=None):
            calls.append(("train end",))

    run = train(
        task, tmp_path / "run", callbacks=[Log(), keras.callbacks.CSVLogger(tmp_path / "log.csv")]
    )
    keys = [
        "epoch",
        "loss",
        "tokens",
        "validation_exact_match",
        "validation_perplexity",
        "validation_token_error_rate",
    ]
    epoch = lambda e: [
        ("epoch", e),
        *((n, s) for s in range(steps) for n in ("begin", "end")),
        ("epoch end", e, keys),
    ]
    assert calls == [("train", run.model.name, 3, steps), *epoch(0), *epoch(1), ("train end",)]
    assert len((tmp_path / "log.csv").read_text().splitlines()) == 3
    assert len(run.history) == 2 and run.training["steps"] == 2 * steps
    with h5py.File(run.weights) as weights:
        assert "optimizer" not in weights


def test_the_tokens_are_counted_without_padding(task, tmp_path):
    run = train(task, tmp_path / "run", epochs=2)
    assert run.training["tokens_seen"] == 2 * sum(len(ids) for ids in task.encode("train")[1])
    assert 0 < run.training["padding"] < 1 and run.training["tokens_per_second"] > 0


def test_a_loss_that_is_not_finite_names_the_learning_rate(task, tmp_path):
    with pytest.raises(
        ZooError, match="the loss is (nan|inf) at epoch 1, step .*: lower --learning-rate"
    ):
        train(task, tmp_path / "run", learning_rate=1e38, warmup=0.0, epochs=5)


def test_weights_that_the_last_step_leaves_not_finite_are_not_kept(task, steps, tmp_path):
    class Break(keras.callbacks.Callback):
        """Does what a step with far too high a rate does."""

        def on_train_batch_end(self, batch, logs=None):
            if batch == steps - 1 and self.model.optimizer.iterations == 2 * steps:
                bias = self.model.trainable_variables[-1]
                bias.assign(bias * np.nan)

    message = f"the weights after epoch 2, step {steps} are not finite .*lower --learning-rate"
    with pytest.raises(ZooError, match=message):
        train(task, tmp_path / "run", epochs=2, callbacks=[Break()])
    with np.load(tmp_path / "run" / "last.checkpoint.npz") as saved:
        assert all(np.isfinite(saved[name]).all() for name in saved.files)
    run = zoo.Run(tmp_path / "run")
    assert len(run.history) == 1 and all(np.isfinite(w).all() for w in run.model.get_weights())
