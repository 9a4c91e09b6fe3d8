"""The trained models that come with the package: whole, small, and as good as their rows."""

import pathlib

import numpy as np
import pytest

import zoo
from benchmarks.rows import read_outcomes, read_row, row_file
from zoo.errors import UnknownName, ZooError
from zoo.evaluation.metrics import METRICS
from zoo.loading import create
from zoo.registry.trained import FOLDER, list_trained, trained_config, trained_folder, trained_on

RESULTS = pathlib.Path(__file__).parents[2] / "results" / "trained"
SCORED, DIFFER = 256, 2  # test words, and how many may change in 16 bits


def test_names_are_those_of_a_model_and_its_task():
    for name in list_trained():
        config = trained_config(name)
        assert name == f"{config['model']['name']}-{config['training']['task']['name']}"
        assert trained_folder(name) == FOLDER / name
    assert trained_folder("../models") is None and trained_folder("") is None


def test_they_are_small():
    sizes = [
        sum(path.stat().st_size for path in (FOLDER / name).iterdir()) for name in list_trained()
    ]
    assert max(sizes) < 1e6 and sum(sizes) < 12e6


@pytest.fixture(scope="module")
def examples():
    """Some words of the test split, read once."""
    task = zoo.create_task("g2p", train_limit=1, validation_limit=1, test_limit=SCORED)
    return task.examples("test")


@pytest.mark.parametrize("name", list_trained())
def test_some_words_are_right_or_wrong_as_the_row_says(traced, examples, name):
    text, cell = zoo.load(name), f"{name.replace('-', '.')}.s0"
    row = read_row(row_file(RESULTS, cell))
    outcomes = read_outcomes(RESULTS, cell, row)
    sources, references = zip(*[(e.source, e.references) for e in examples])
    assert [len(source) for source in sources] == outcomes.lengths[:SCORED].tolist()
    outputs = [best[0][0] for best in text.generate(sources)]
    found = METRICS["wrong_words"].counts(outputs, references)
    known = outcomes.counts["greedy"]["wrong_words"][:SCORED]
    assert (found != known).any(1).sum() <= DIFFER
    told = text.training["scores"][0]["scores"]["wrong_words"]["value"]
    assert told == row["scores"]["greedy"]["metrics"]["wrong_words"]["value"]


def test_a_model_comes_with_its_trained_weights():
    name = list_trained()[0]
    family = name.removesuffix("-g2p")
    assert "g2p" in trained_on(family)
    trained = zoo.load(name).model
    model = create(family, pretrained="g2p", dropout=0.3)
    assert model.dropout == 0.3
    assert all(np.array_equal(a, b) for a, b in zip(model.weights, trained.weights))


def test_mistakes_in_one_line():
    name = list_trained()[0].removesuffix("-g2p")
    with pytest.raises(UnknownName, match="'g2pp'; nearest: g2p"):
        create(name, pretrained="g2pp")
    with pytest.raises(ZooError, match="as source_vocabulary, got 7; leave it out"):
        create(name, 7, pretrained="g2p")
    with pytest.raises(ZooError, match="needs target_vocabulary, or pretrained=TASK"):
        create(name, 7)
    with pytest.raises(ZooError, match=f"nearest trained models: {name}-g2p"):
        zoo.load(f"{name}-g2q")
