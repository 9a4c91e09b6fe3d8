"""Run folders side by side."""

import json
import re
import shutil

import pytest

from tests.small_training import train
from zoo.errors import ZooError
from zoo.evaluation.evaluate import evaluate_model
from zoo.runs.compare import Summary, compare_runs, list_runs, run_folders
from zoo.runs.folder import read_config
from zoo.runs.run import Run


@pytest.fixture(scope="module")
def folder(trained, task, tmp_path_factory):
    """Three runs, one in a folder of its own and scored, one that has not finished an epoch."""
    folder = tmp_path_factory.mktemp("runs")
    run = Run(shutil.copytree(trained, folder / "one"))
    run.write_evaluation(evaluate_model(run.model, task, "test", jit=False))
    some = evaluate_model(run.model, task, "validation", limit=2, jit=False)
    run.write_evaluation(some, limit=2)  # no list shows it
    train(task, folder / "more" / "two", epochs=1, learning_rate=0.02)
    shutil.copytree(trained, folder / "new")
    (folder / "new" / "history.jsonl").unlink()
    (folder / "other").mkdir()
    (folder / "other" / "config.json").write_text("{}")
    return folder


def test_every_run_has_a_line(folder):
    lines = list_runs(folder).splitlines()[2:]
    assert [line.split()[0] for line in lines] == [
        str(folder / name) for name in ("more/two", "new", "one")
    ]
    assert (
        "exact_match" in lines[0]
        and "in epoch 1" in lines[0]
        and "exact_match" in lines[2].split("epoch")[-1]
    )
    assert lines[1].split()[1:] == ["bag_test", "reverse", "0"]


def test_own_data_are_named_by_their_files(folder, monkeypatch):
    config = read_config(folder / "one")
    config["task"] = {"name": "files", "options": {"data": ["/home/me/a.en", "hf:owner/set"]}}
    monkeypatch.setattr("zoo.runs.compare.read_config", lambda folder: config)
    assert Summary(folder / "one").trained_on == "a.en, hf:owner/set"


def test_what_differs_is_shown(folder):
    table = compare_runs([folder / "one", folder / "more" / "two"])
    rows = {line.split("  ")[0].strip(): line for line in table.splitlines()[2:]}
    assert set(rows) == {
        "epochs",
        "learning_rate",
        "best validation",
        "decoded by",
        "test exact_match",
        "test token_error_rate",
        "test perplexity",
    }
    assert "0.005" in rows["learning_rate"] and "0.02" in rows["learning_rate"]


def test_the_best_epoch_is_that_of_the_first_metric(folder):
    run = Summary(folder / "one")
    assert run.best() == (
        "exact_match",
        max(row["validation_exact_match"] for row in run.history),
        run.best()[2],
    )
    assert Summary(folder / "new").best() is None


def test_mistakes(folder, tmp_path):
    with pytest.raises(ZooError, match="holds no run folder; zoo train"):
        run_folders(tmp_path)
    with pytest.raises(ZooError, match="is not a run folder"):
        compare_runs([folder / "one", folder])
    (tmp_path / "config.json").write_text('{"zoo": "0"}')
    with pytest.raises(ZooError, match="config.json is broken: model is missing; train the run"):
        Summary(tmp_path)


@pytest.mark.parametrize(
    "name, text, reason",
    [
        ("config.json", "{", "config.json is broken: it is not JSON"),
        ("config.json", '{"zoo": "0", "model": 3}', "config.json is broken: model must be"),
        ("history.jsonl", "3", "history.jsonl, line 1, is broken"),
        ("history.jsonl", '{"epoch": 1, "loss": "low"}', "history.jsonl, line 1, is broken"),
        ("scores.json", "[" * 300_000, "scores.json is broken: it is nested too deeply"),
        ("scores.json", '{"evaluations": [3]}', r"scores.json is broken: evaluations\[0\] must"),
    ],
)
def test_a_broken_run_hides_no_other(folder, tmp_path, name, text, reason):
    for run in ("a", "b"):
        shutil.copytree(folder / "one", tmp_path / run)
    (tmp_path / "a" / name).write_text(text)
    broken, whole = list_runs(tmp_path).splitlines()[2:]
    assert re.search(reason, broken) and "bag_test" in whole
    with pytest.raises(ZooError, match=reason) as found:
        compare_runs([tmp_path / "a", tmp_path / "b"])
    assert "\n" not in str(found.value)


def test_an_option_of_the_model_does_not_hide_behind_a_recipe_field(folder, tmp_path):
    config = json.loads((folder / "one" / "config.json").read_text())
    recipe = config["recipe"]["buckets"]
    config["model"]["overrides"] = {"buckets": recipe + 7}
    del config["sha256"]
    shutil.copytree(folder / "one", tmp_path / "run")
    (tmp_path / "run" / "config.json").write_text(json.dumps(config))
    settings = Summary(tmp_path / "run").settings
    assert settings["model.buckets"] == recipe + 7 and settings["buckets"] == recipe
