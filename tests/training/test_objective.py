"""What a step minimises: R-drop and scheduled sampling."""

import numpy as np
import pytest

from tests.small_training import recipe
from tests.training.test_step import make, make_batches
from zoo.data.batches import shift_right
from zoo.training.objective import Objective


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
