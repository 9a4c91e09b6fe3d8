"""The training step: accumulation, clipping, and optimizers that learn."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import zoo
from tests.small_training import MODEL, recipe, train
from zoo.data.batches import Batches
from zoo.errors import ZooError
from zoo.training.find_lr import find_lr
from zoo.training.optimizer import make_optimizer
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


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer": "adamw", "weight_decay": 0.1},
        {"optimizer": "sgd"},
        {"optimizer": "adafactor", "weight_decay": 0.01},
        {"precision": "mixed_float16"},
        {
            "precision": "mixed_float16",
            "r_drop": 1.0,
            "scheduled_sampling": 0.3,
            "moving_average": 0.5,
            "average": 2,
            "accumulate": 2,
            "compiled": True,
            "buckets": 1,
        },
    ],
)
def test_recipes_learn(task, tmp_path, monkeypatch, changes):
    if changes != {"precision": "mixed_float16"}:  # the one that changes a validation
        monkeypatch.setattr("zoo.training.loop.validate", lambda *_: {"validation_exact_match": 0})
    run = train(task, tmp_path / "run", epochs=4, **changes)
    losses = [row["loss"] for row in run.history]
    assert losses[-1] < losses[0] and np.isfinite(losses).all()


@pytest.mark.parametrize(
    "error", [MemoryError(), tf.errors.ResourceExhaustedError(None, None, "out of memory\nat ...")]
)
def test_a_step_out_of_memory_names_the_option(task, tmp_path, monkeypatch, error):
    def run(*_):
        raise error

    monkeypatch.setattr(Step, "run", run)
    message = "^out of memory at a batch of .* pairs .* lower --tokens, which is 200$"
    with pytest.raises(ZooError, match=message):
        train(task, tmp_path / "run")
    with pytest.raises(ZooError, match=message):
        find_lr(MODEL, task, recipe(), progress=False)


def test_a_validation_out_of_memory_names_the_option(task, tmp_path, monkeypatch):
    def evaluate(*_, **__):
        raise tf.errors.InternalError(None, None, "Out of memory while trying to allocate 9 bytes")

    monkeypatch.setattr("zoo.training.validation.evaluate_model", evaluate)
    with pytest.raises(ZooError, match="^out of memory while validating; lower --validation-limit"):
        train(task, tmp_path / "run", epochs=1)
