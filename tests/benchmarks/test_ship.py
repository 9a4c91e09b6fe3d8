"""Weights go into the package only if they have the score of their row."""

import json

import pytest

import zoo
from benchmarks import ship
from zoo.errors import ZooError

OPTIONS = {"symbols": 4, "max_length": 4, "train": 60, "validation": 10, "test": 20}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "run"
    task = zoo.create_task("reverse", **OPTIONS)
    recipe = zoo.Recipe(steps=1, tokens=64, buckets=1, compiled=False)
    run = zoo.train("transformer_nano", task, recipe, folder, progress=False)
    run.write_evaluation(zoo.evaluate_model(run.model, task, "test", jit=False))
    return folder


def row(folder, shift=0.0):
    """The row of a cell whose run is in a folder, its first score moved by `shift`."""
    [evaluation] = zoo.Run(folder).evaluations
    metrics = json.loads(json.dumps(evaluation.scores))
    metrics["exact_match"]["value"] += shift
    return {"scores": {"greedy": {"metrics": metrics}}, "settings": {"split": "test"}}


def test_weights_with_the_score_of_their_row_are_kept(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(ship, "FOLDER", tmp_path)
    name, metric, known, found, _ = ship.ship(row(folder), folder, "transformer_nano-reverse")
    assert (name, metric, known) == ("transformer_nano-reverse", "exact_match", found)
    kept = zoo.load(tmp_path / name)
    assert kept.training["task"]["options"]["symbols"] == 4
    assert "# transformer_nano-reverse" in (tmp_path / name / "README.md").read_text()


def test_other_weights_are_refused(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(ship, "FOLDER", tmp_path)
    with pytest.raises(
        ZooError, match="in 16 bits, and its row says .* is not its run, or 16 bits cost"
    ):
        ship.ship(row(folder, shift=5.0), folder, "transformer_nano-reverse")
    assert list(tmp_path.iterdir()) == []


def test_without_rows_it_says_how_to_make_them(tmp_path):
    from benchmarks.suite import load_suite

    with pytest.raises(ZooError, match="run: python -m benchmarks quick --publish"):
        ship.main(load_suite("quick"), tmp_path, tmp_path)
