"""Runs: what is refused, what is kept, and what comes back."""

import json
import shutil

import pytest

import zoo
from tests.runs.conftest import contents, one_line
from tests.small_training import assert_same, left, recipe, train
from zoo.errors import TooLittleMemory, ZooError
from zoo.evaluation.evaluate import evaluate_model
from zoo.runs.folder import FILES, digest, writing
from zoo.runs.run import Run


def test_a_run_is_not_replaced_unless_asked(task, folder):
    before = contents(folder)
    with pytest.raises(
        ZooError, match="holds a run already; go on with: zoo train --resume .* --overwrite"
    ):
        train(task, folder)
    assert contents(folder) == before


def test_overwrite_replaces_the_run_and_nothing_else(task, folder, tmp_path):
    (folder / "notes.txt").write_text("mine")
    for name in ("scores.json", "predictions-0123abcd.tsv"):
        (folder / name).write_text("old")
    train(task, folder, epochs=1, overwrite=True)
    assert (folder / "notes.txt").read_text() == "mine" and len(Run(folder).history) == 1
    assert set(contents(folder)) == {"notes.txt", *FILES} - {"scores.json", "predictions.tsv"}
    train(task, tmp_path / "fresh", epochs=1)
    assert_same(left(folder), left(tmp_path / "fresh"))


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize(
    "name, text",
    [("thesis.tex", "important"), ("config.json", '{"another": "program"}'), ("config.json", "3")],
)
def test_somebody_elses_folder_is_refused(task, tmp_path, overwrite, name, text):
    (tmp_path / name).write_text(text)
    with pytest.raises(ZooError, match="exists and is not a run folder; choose another with --out"):
        train(task, tmp_path, overwrite=overwrite)
    assert contents(tmp_path) == {name: text.encode()}


def test_a_file_is_no_folder_and_an_empty_folder_is_fine(task, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ZooError, match="exists and is not a run folder"):
        train(task, tmp_path / "file", overwrite=True)
    (tmp_path / "empty").mkdir()
    train(task, tmp_path / "empty", epochs=1)
    assert set(contents(tmp_path / "empty")) <= set(FILES)


def test_only_what_was_asked_for_then_is_resumed(task, folder):
    before = contents(folder)
    with pytest.raises(ZooError, match="recipe in its config and what is asked for differ"):
        train(task, folder, epochs=5, resume=True)
    with pytest.raises(ZooError, match="model, recipe in its config and what is asked for differ"):
        train(task, folder, overrides={}, epochs=5, resume=True)
    assert contents(folder) == before


def test_a_newer_zoo_resumes_an_older_run(task, folder):
    config = json.loads((folder / "config.json").read_text())
    del config["recipe"]["deterministic"], config["sha256"]  # fields that older configs lack
    (folder / "config.json").write_text(json.dumps(config | {"zoo": "0.0.1"}))
    with pytest.raises(ZooError, match="is finished after 2 epochs; score it with: zoo evaluate"):
        train(task, folder, epochs=2, resume=True)
    run = Run(folder)
    run.write_evaluation(evaluate_model(run.model, task, "test", limit=2, jit=False), limit=2)
    with pytest.raises(ZooError, match="is finished after 2 epochs; use it with zoo evaluate"):
        train(task, folder, epochs=2, resume=True)


@pytest.mark.parametrize("options", [{"resume": True}, {"overwrite": True}, {}])
def test_a_run_that_another_process_writes_is_left_alone(task, folder, options):
    before = contents(folder)
    with writing(folder):
        with pytest.raises(
            ZooError, match="another process trains or evaluates in .*/run"
        ) as found:
            train(task, folder, epochs=2, **options)
        one_line(found)
        run = Run(folder)
        report = evaluate_model(run.model, task, "test", limit=2, jit=False)
        with pytest.raises(ZooError, match="another process trains or evaluates in"):
            run.write_evaluation(report, limit=2)
    assert contents(folder) == before


def test_what_a_killed_training_left_is_swept(task, folder):
    left = [
        ".best.weights.h5.0123abcd.weights.h5",
        ".last.checkpoint.npz.0123abcd.npz",
        ".history.jsonl.0123abcd",
        ".predictions-0123abcd.tsv.0123abcd",
        ".lock",
    ]
    for name in [*left, ".mine.0123abcd"]:
        (folder / name).write_text("")
    (folder / "epochs").mkdir()
    (folder / "epochs" / ".epoch_00001.npz.0123abcd.npz").write_text("")
    with pytest.raises(ZooError, match="is finished"):
        train(task, folder, epochs=2, resume=True)
    assert not set(left) & {path.name for path in folder.iterdir()}
    assert (folder / ".mine.0123abcd").exists() and not list((folder / "epochs").iterdir())


def test_a_training_that_was_killed_before_its_config_was_whole_starts_anew(task, tmp_path):
    (tmp_path / ".lock").write_text("")
    (tmp_path / ".config.json.0123abcd").write_text("{")
    train(task, tmp_path, epochs=1)
    assert set(contents(tmp_path)) <= set(FILES)


def test_no_folder_is_no_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ZooError, match="there is no run nowhere.*.*runs here: none in runs/"):
        Run("nowhere")


def test_a_run_of_a_variant_that_is_not_there_says_what_to_set(trained, tmp_path):
    shutil.copytree(trained, tmp_path / "run")
    path = tmp_path / "run" / "config.json"
    config = json.loads(path.read_text())
    config["model"]["name"] = "my_variant"
    path.write_text(json.dumps(config | {"sha256": digest(config)}))
    with pytest.raises(
        ZooError, match="a run of the model 'my_variant', .* set ZOO_VARIANTS to its file$"
    ):
        Run(tmp_path / "run").text_model().generate(["a"])


def test_a_model_that_does_not_fit_into_memory_is_not_called_broken(trained, monkeypatch):
    monkeypatch.setattr("zoo.backend.memory", lambda: 1)
    with pytest.raises(
        TooLittleMemory, match="takes at least .* of memory, and 0.0 KiB are free here"
    ):
        Run(trained).text_model().generate(["a"])


def test_recipe_and_task_come_back(trained):
    run = Run(trained)
    assert run.recipe == recipe(epochs=2) and run.task().options["symbols"] == 5
    outputs = run.text_model().generate(["a b", "c"], zoo.Beam(3))
    assert [len(best) for best in outputs] == [3, 3]
