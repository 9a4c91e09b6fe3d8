"""The training step: accumulation, R-drop, scheduled sampling, decay, averages and the loss scale."""

import keras
import numpy as np
import pytest

import zoo
from tests.small_training import recipe, train
from zoo.data.batches import Batches, shift_right
from zoo.training.objective import Objective
from zoo.training.optimizer import build_optimizer, make_optimizer
from zoo.training.step import Step


def make(task, name="bag_test", **overrides):
    keras.utils.set_random_seed(3)
    return zoo.create(name, task.source_tokenizer.size, task.target_tokenizer.size, **overrides)


def make_batches(task, **options):
    return list(
        Batches(*task.encode("train"), **{"tokens": 200, "buckets": 2, "seed": 0} | options).epoch(
            0
        )
    )


def values(variables):
    return [np.array(v) for v in variables]


@pytest.mark.parametrize("compiled", [False, True])
def test_accumulated_batches_weigh_tokens_as_one_batch_does(task, compiled):
    whole = make_batches(task, tokens=10_000, buckets=1)
    parts = make_batches(task)
    assert len(whole) == 1 and len(parts) > 3 and len({batch.target.shape for batch in parts}) > 1
    found = []
    for batches, accumulate in ((whole, 1), (parts, len(parts))):
        model = make(task)
        chosen = recipe(
            accumulate=accumulate,
            compiled=compiled and accumulate > 1,
            optimizer="sgd",
            momentum=0.0,
            warmup=0.0,
        )
        step = Step(model, make_optimizer(chosen, 1), chosen, 1)
        before = values(model.trainable_variables)
        for number, batch in enumerate(batches, 1):
            assert number == 1 or all(
                (a == b).all() for a, b in zip(values(model.trainable_variables), before)
            )
            step(batch.source, batch.target, number == len(batches))
        found.append(
            [after - start for after, start in zip(values(model.trainable_variables), before)]
        )
        assert all(not np.any(x) for x in step.sums)
    for one, other in zip(*found):
        assert np.abs(one).max() > 1e-5
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-7)


def test_a_step_is_traced_once_for_all_shapes_of_batches(task):
    model, chosen = make(task), recipe(accumulate=2)
    step, batches = Step(model, make_optimizer(chosen, 10), chosen, 10), make_batches(task)
    assert len({batch.target.shape for batch in batches}) == 2
    for number, batch in enumerate(batches):
        step(batch.source, batch.target, number % 2 == 1)
    assert [
        f.experimental_get_tracing_count() for f in (step._gradients, step._add, step._update)
    ] == [1, 1, 1]


def test_clipping_takes_the_norm_of_what_repeated_tokens_give_together(task):
    chosen = recipe(
        optimizer="sgd",
        momentum=0.0,
        learning_rate=1.0,
        warmup=0.0,
        decay="constant",
        clip_norm=0.01,
    )
    model = make(task)
    step, before = (
        Step(model, make_optimizer(chosen, 10), chosen, 10),
        values(model.trainable_variables),
    )
    batch = make_batches(task)[0]
    step(batch.source, batch.target)
    changes = [after - start for after, start in zip(values(model.trainable_variables), before)]
    assert np.sqrt(sum((x**2).sum() for x in changes)) == pytest.approx(0.01, rel=1e-4)


def test_r_drop_is_the_divergence_of_two_passes(task):
    batch = make_batches(task)[0]
    model = make(task, dropout=0.5)
    for variable in model.trainable_variables:
        variable.assign(10 * variable)  # or the two passes hardly differ
    start = [v.numpy() for v in model.non_trainable_variables]
    plain, weighted = (
        float(Objective(model, recipe(r_drop=weight))(batch.source, batch.target, 0.0)[0])
        for weight in (1e-9, 3.0)
        if [v.assign(x) for v, x in zip(model.non_trainable_variables, start)]
    )
    for variable, value in zip(model.non_trainable_variables, start):
        variable.assign(value)
    twice = lambda x: np.concatenate([x, x])
    logits = np.asarray(
        model((twice(batch.source), twice(shift_right(batch.target))), training=True), "float64"
    )
    logs = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    one, other = np.split(logs, 2)
    both = (np.exp(one) * (one - other) + np.exp(other) * (other - one)).sum(-1)
    divergence = (both * (batch.target != 0)).sum() / 2
    assert divergence > 1 and weighted - plain == pytest.approx(3.0 / 2 * divergence, rel=1e-3)


def test_r_drop_without_dropout_adds_nothing(task):
    batch, model = make_batches(task)[0], make(task)
    (minimised, total, tokens), (plain, _, count) = (
        [float(x) for x in Objective(model, recipe(r_drop=weight))(batch.source, batch.target, 0.0)]
        for weight in (5.0, 0.0)
    )
    assert minimised == total == pytest.approx(plain, rel=1e-5) and tokens == count


def test_scheduled_sampling_reads_the_models_own_tokens(task):
    batch, model = make_batches(task)[0], make(task)
    opened = shift_right(batch.target)
    objective = Objective(model, recipe(scheduled_sampling=0.5))
    own = np.asarray(model((batch.source, opened)))[:, :-1].argmax(-1)
    assert (np.asarray(objective.with_own_tokens(batch.source, opened, 0.0)) == opened).all()
    mixed = np.asarray(objective.with_own_tokens(batch.source, opened, 1.0))
    real = opened[:, 1:] != 0
    assert (
        (mixed[:, 0] == 1).all()
        and (mixed[:, 1:][real] == own[real]).all()
        and not mixed[:, 1:][~real].any()
    )
    half = np.asarray(objective.with_own_tokens(batch.source, opened, 0.5))[:, 1:][real]
    apart = own[real] != opened[:, 1:][real]
    assert 0.3 < (half == own[real])[apart].mean() < 0.7


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer": "adamw", "weight_decay": 0.1},
        {"optimizer": "sgd"},
        {"optimizer": "adafactor", "weight_decay": 0.01},
        {"moving_average": 0.9},
        {"average": 2},
        {"accumulate": 3},
        {"r_drop": 1.0},
        {"scheduled_sampling": 0.3},
        {"precision": "mixed_float16"},
        {
            "precision": "mixed_float16",
            "r_drop": 1.0,
            "scheduled_sampling": 0.3,
            "moving_average": 0.5,
            "average": 2,
            "accumulate": 2,
            "compiled": True,
        },
    ],
)
def test_every_recipe_learns(task, tmp_path, monkeypatch, changes):
    if changes.get("compiled"):  # what compiled validation costs is paid elsewhere
        monkeypatch.setattr("zoo.training.loop.validate", lambda *_: {"validation_exact_match": 0})
    run = train(task, tmp_path / "run", epochs=4, **changes)
    losses = [row["loss"] for row in run.history]
    assert losses[-1] < losses[0] and np.isfinite(losses).all()


def test_weight_decay_spares_biases(task):
    model, chosen = (
        make(task),
        recipe(
            optimizer="adamw", weight_decay=0.5, learning_rate=0.1, warmup=0.0, decay="constant"
        ),
    )
    optimizer, weights = make_optimizer(chosen, 1), model.trainable_variables
    build_optimizer(optimizer, weights)
    before = values(weights)
    optimizer.apply([np.zeros(v.shape, "float32") for v in weights], weights)
    assert {len(x.shape) for x in before} == {1, 2}
    for start, after in zip(before, values(weights)):
        np.testing.assert_allclose(after, start * (0.95 if start.ndim > 1 else 1.0), rtol=1e-6)


def test_the_moving_average_is_what_is_kept(task, tmp_path):
    seen = []

    class Watch(keras.callbacks.Callback):
        """Keeps the weights after each step."""

        def on_train_batch_end(self, batch, logs=None):
            seen.append(values(self.model.trainable_variables))

    run = train(task, tmp_path / "run", epochs=1, moving_average=0.8, callbacks=[Watch()])
    expected = seen[0]
    for weights in seen[1:]:
        expected = [0.8 * old + 0.2 * new for old, new in zip(expected, weights)]
    for found, value in zip(values(zoo.Run(run.folder).model.trainable_variables), expected):
        np.testing.assert_allclose(found, value, rtol=1e-4, atol=1e-6)


def test_the_mean_of_the_last_epochs_is_what_is_kept(task, tmp_path, monkeypatch):
    seen = []

    class Watch(keras.callbacks.Callback):
        """Keeps the weights after each epoch: the training goes on from the last ones, not from the mean."""

        def on_epoch_end(self, epoch, logs=None):
            seen.append(values(self.model.trainable_variables))

    rising = lambda *_: {
        "validation_exact_match": float(len(seen))
    }  # so that the last epoch is the best
    monkeypatch.setattr("zoo.training.loop.validate", rising)
    run = train(task, tmp_path / "run", epochs=3, average=2, callbacks=[Watch()])
    for found, one, two in zip(values(zoo.Run(run.folder).model.trainable_variables), *seen[1:]):
        np.testing.assert_allclose(found, (one + two) / 2, rtol=1e-6)
    assert sorted(path.name for path in run.epochs.iterdir()) == [
        "epoch_00002.npz",
        "epoch_00003.npz",
    ]
