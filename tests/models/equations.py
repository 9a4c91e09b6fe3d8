"""A variant against its paper's equations, row by row of a padded batch."""

import numpy as np

from tests.contract.conftest import assert_close, ids, make, unrolled
from tests.contract.test_training import gradients

PAPER = "the paper's equations in NumPy float64"


def check_equations(parity, name, equations, overrides, attends=True):
    """Holds logits and attention of a registered model to `equations(model, source, target)`, with
    noise on every weight.

    Args:
        parity: the fixture.
        name: str, a registered model.
        equations: function of a model, a source `[S]` and an opened target `[T]` without padding to
            logits `[T, V]`, or to logits and attention `[T, S]` where the variant attends.
        overrides: dict of constructor arguments.
        attends: bool.

    Returns:
        The model.
    """
    import zoo

    model, family = make(name, **overrides), zoo.card(name)["family"]
    options = "".join(f", {key}={value}" for key, value in overrides.items())
    source, target = ids(rows=6, source=12, target=9)
    logits = np.asarray(model((source, target)))
    attention = np.asarray(model.align(source, target)) if attends else None
    for row in range(len(source)):
        length = int((source[row] != 0).sum())
        expected = equations(model, source[row, :length], target[row])
        if attends:
            expected, weights = expected
            parity(family, PAPER, "attention" + options, attention[row, :, :length], weights, 2e-6)
        parity(family, PAPER, "logits" + options, logits[row], expected, 1e-5)
    return model


def check_steps_and_gradients(model):
    """A model steps as it decodes, and each of its weights learns."""
    source, target = ids()
    assert_close(unrolled(model, source, target)[0], model((source, target)))
    found = gradients(model, lambda s, t: model((s, t), training=True), source, target)
    assert not [
        v.path
        for v, g in zip(model.trainable_variables, found)
        if g is None or not np.abs(g).max() > 0
    ]
