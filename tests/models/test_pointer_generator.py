"""The pointer-generator against its paper's equations, and what copying is for."""

import numpy as np
import pytest

import zoo
from tests.contract.conftest import VOCABULARY, ids, make
from tests.models.equations import check_equations, check_steps_and_gradients
from tests.models.reference.pointer_generator import pointer_generator
from zoo.errors import ZooError


@pytest.mark.parametrize("overrides", [{}, {"copy": False, "embedding_units": 9}], ids=str)
def test_equals_the_papers_equations(parity, overrides):
    check_equations(parity, "pointer_generator_nano", pointer_generator, overrides)


def test_has_the_number_of_parameters_that_the_paper_reports():
    assert zoo.catalog.count_parameters("pointer_generator_base") == 21_499_600 + 1_153


def test_the_outputs_are_log_probabilities():
    logits = np.asarray(make("pointer_generator_nano")(ids()), "float64")
    np.testing.assert_allclose(np.exp(logits).sum(-1), 1, atol=1e-5)


def test_a_closed_gate_copies_what_is_attended_to():
    model = make("pointer_generator_nano")
    source, target = ids()
    gate = model.pointer.weights[1]
    before = np.asarray(gate)
    gate.assign(before - 1000)
    logits, attention = model.decode(target, model.encode(source))
    gate.assign(before)
    found, attention = np.exp(np.asarray(logits)), np.asarray(attention)
    for token in range(VOCABULARY):
        holding = (source == token)[:, None]
        np.testing.assert_allclose(found[..., token], (attention * holding).sum(-1), atol=1e-6)


def test_the_baseline_learns_and_steps():
    check_steps_and_gradients(make("pointer_generator_nano", copy=False))


def test_copies_only_from_the_vocabulary_of_the_target():
    assert make("pointer_generator_nano", vocabulary=(20, 20)).copies
    assert not make("pointer_generator_nano", vocabulary=(20, 21)).copies
    with pytest.raises(ZooError, match="one vocabulary for source and target, got 20 source and"):
        make("pointer_generator_nano", vocabulary=(20, 21), copy=True)
    with pytest.raises(ZooError, match="got no source and 20 target ids"):
        make("pointer_generator_nano", source_features=3, copy=True)
