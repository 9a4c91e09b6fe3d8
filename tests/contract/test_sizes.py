"""Every registered size, also those too large to allocate here, builds and counts as its card says."""

import pytest

import zoo
from tests.contract.conftest import RUNNABLE
from zoo.catalog import abstract_model, count, parameters


@pytest.mark.parametrize("name", zoo.list_models())
def test_size_builds_and_counts(name):
    model = abstract_model(name)
    assert sum(count(v) for v in model.trainable_variables) == parameters(name) == zoo.card(name)["parameters"]


@pytest.mark.parametrize("family", sorted({zoo.card(name)["family"] for name in zoo.list_models()}))
def test_family_has_a_size_that_the_contract_runs(family):
    assert any(zoo.card(name)["family"] == family for name in RUNNABLE)


@pytest.mark.parametrize(("name", "published"), [
    ("lstm_seq2seq_base", 384_000_000),  # Sutskever et al. 2014, section 3.4: "384M parameters"
    ("t5_base", 222_903_552),  # the published checkpoint, tied embeddings of 32,128
])
def test_parameters_equal_the_published_number(name, published):
    assert parameters(name) == pytest.approx(published, rel=1e-3)
