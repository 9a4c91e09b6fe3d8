"""Scores beside one another, and predictions that give back the exact texts."""

import dataclasses
import json
import types

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zoo.errors import ZooError
from zoo.runs.evaluations import (
    OLD_HEAD,
    PREDICTIONS,
    SCORES,
    Evaluation,
    drop_evaluations,
    plain_evaluation,
    read_evaluations,
    read_predictions,
    write_evaluation,
    write_predictions,
)

ROWS = [("a b", "b a", ("b a", "b"))]
OLD = {
    "strategy": "Beam(size=4)",
    "split": "test",
    "scores": {"bleu": {"value": 60.4, "signature": "bleu|..."}},
    "by_length": [{"low": 1, "high": 3, "count": 1, "bleu": None}],
}


def evaluation(value=1.0, split="test", strategy="Greedy()", **options):
    scores = {"bleu": {"value": value, "signature": "bleu|..."}}
    return Evaluation(split, strategy, scores, OLD["by_length"], **options)


def test_each_split_strategy_limit_and_ensemble_is_kept(tmp_path):
    every = [
        evaluation(60.4),
        evaluation(61.0, strategy="Beam(size=4)"),
        evaluation(50.0, split="validation"),
        evaluation(100.0, limit=200),
        evaluation(70.0, others=("runs/other",)),
        evaluation(65.0, max_length=5),
    ]
    names = [write_evaluation(tmp_path, item, ROWS).name for item in every]
    assert names[0] == PREDICTIONS and len(set(names)) == len(every)
    found = read_evaluations(tmp_path)
    assert [item.scores for item in found] == [item.scores for item in every]
    assert [item.predictions for item in found] == names
    assert plain_evaluation(found).scores["bleu"]["value"] == 61.0
    again = write_evaluation(tmp_path, evaluation(60.5), [("x", "y", ("z",))])
    assert again.name == PREDICTIONS and read_predictions(again) == [("x", "y", ("z",))]
    found = read_evaluations(tmp_path)
    assert len(found) == len(every) and found[-1].scores["bleu"]["value"] == 60.5
    assert plain_evaluation(found) == found[-1]
    assert read_predictions(tmp_path / names[1]) == ROWS


def test_no_plain_evaluation(tmp_path):
    assert read_evaluations(tmp_path) == [] and plain_evaluation([]) is None
    assert plain_evaluation([evaluation(split="validation"), evaluation(limit=3)]) is None


def test_an_older_runs_single_evaluation_is_read_and_kept(tmp_path):
    (tmp_path / SCORES).write_text(json.dumps(OLD))
    (tmp_path / PREDICTIONS).write_text(f"{OLD_HEAD}\na\\n b\tc\td | e\nbroken\n\tline\n")
    (found,) = read_evaluations(tmp_path)
    assert found.plain and found.scores == OLD["scores"] and found.predictions == PREDICTIONS
    assert read_predictions(tmp_path / PREDICTIONS) == [("a\\n b", "c", ("d", "e"))]
    write_evaluation(tmp_path, evaluation(), ROWS)
    old, new = read_evaluations(tmp_path)
    assert old == dataclasses.replace(found, predictions=None) and new.predictions == PREDICTIONS


@pytest.mark.parametrize("name", ["../notes.tsv", "../predictions.tsv", "..", "weights.h5", "/"])
def test_no_other_file_is_removed_whatever_scores_say(tmp_path, name):
    run = tmp_path / "run"
    run.mkdir()
    others = tmp_path / "notes.tsv", tmp_path / "predictions.tsv", run / "weights.h5"
    for path in (*others, run / PREDICTIONS):
        path.write_text("x")
    found = [OLD | {"predictions": PREDICTIONS}, OLD | {"predictions": name}]
    (run / SCORES).write_text(json.dumps({"evaluations": found}))
    drop_evaluations(run)
    assert all(path.exists() for path in others)
    assert not (run / SCORES).exists() and not (run / PREDICTIONS).exists()


TEXT = st.text(st.characters(codec=None, categories=None), max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.tuples(TEXT, TEXT, st.lists(TEXT, min_size=1, max_size=3).map(tuple))))
def test_predictions_give_back_the_exact_texts(tmp_path, rows):
    path = tmp_path / "predictions.tsv"
    write_predictions(path, rows)
    assert len(path.read_text(encoding="utf-8").splitlines()) == len(rows) + 1
    assert read_predictions(path) == rows


def test_columns_have_names(tmp_path):
    write_predictions(tmp_path / "x.tsv", [("a", "b", ("c",)), ("\t", "\n", ("d", "e | f"))])
    assert (tmp_path / "x.tsv").read_text() == (
        "source\toutput\treference\treference\na\tb\tc\n\\t\t\\n\td\te | f\n"
    )
    assert read_predictions(tmp_path / "missing.tsv") == []


def test_broken_predictions(tmp_path):
    write_predictions(tmp_path / "x.tsv", ROWS)
    with open(tmp_path / "x.tsv", "a") as file:
        file.write("a\tb\n")
    with pytest.raises(ZooError, match="x.tsv, line 3: expected 3 columns, found 2"):
        read_predictions(tmp_path / "x.tsv")


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        OLD | {"split": 3},
        OLD | {"scores": {"bleu": 3}},
        OLD | {"scores": {"bleu": {"value": "high", "signature": ""}}},
        OLD | {"by_length": [{"low": 1}]},
        {"evaluations": 3},
        {"evaluations": [OLD, 3]},
        {"evaluations": [OLD | {"others": "runs/x"}]},
        {"evaluations": [OLD | {"limit": None}]},
    ],
    ids=str,
)
def test_broken_scores_name_the_field(tmp_path, value):
    (tmp_path / SCORES).write_text(json.dumps(value))
    with pytest.raises(ZooError, match="scores.json is broken: .* must be|is missing") as found:
        read_evaluations(tmp_path)
    assert "\n" not in str(found.value)


def test_scores_of_groups_are_kept(tmp_path):
    groups = [{"group": "one", "count": 3, "bleu": 1.5}, {"group": "two", "count": 1, "bleu": None}]
    report = types.SimpleNamespace(
        split="test",
        strategy="Greedy()",
        scores=OLD["scores"],
        by_length=OLD["by_length"],
        by_group=groups,
    )
    write_evaluation(tmp_path, Evaluation.of(report, limit=4), ROWS)
    (found,) = read_evaluations(tmp_path)
    assert found.by_group == groups and found.limit == 4
