"""Runs: what is refused, what is kept, and broken files."""

import json
import shutil

import numpy as np
import pytest

import zoo
from tests.small_training import assert_same, left, recipe, train
from zoo.errors import ZooError
from zoo.evaluation.evaluate import evaluate_model
from zoo.runs.folder import FILES, writing
from zoo.runs.run import Run


@pytest.fixture(scope="module")
def trained(task, tmp_path_factory):
    """The folder of a run of two epochs, to be copied."""
    folder = tmp_path_factory.mktemp("trained") / "run"
    train(task, folder, epochs=2)
    return folder


@pytest.fixture
def folder(trained, tmp_path):
    """A copy that a test may break."""
    shutil.copytree(trained, tmp_path / "run")
    return tmp_path / "run"


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def load_model(folder):
    return Run(folder).model


def one_line(found):
    assert "\n" not in str(found.value)
    return str(found.value)


# The folder ---------------------------------------------------------------------------------------


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
    with pytest.raises(ZooError, match="its recipe is not what is asked for"):
        train(task, folder, epochs=5, resume=True)
    with pytest.raises(ZooError, match="its model, recipe is not what is asked for"):
        train(task, folder, overrides={}, epochs=5, resume=True)
    assert contents(folder) == before


def test_a_newer_zoo_resumes_an_older_run(task, folder):
    config = json.loads((folder / "config.json").read_text())
    del config["recipe"]["deterministic"]  # a field that its recipes did not have
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
    with pytest.raises(ZooError, match="nowhere is not a run folder .*runs here: none in runs/"):
        Run("nowhere")


# Broken files -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "",
        "{",
        "[]",
        "3",
        "null",
        b"\xff\xfe",
        {"model": None},
        {"model": {}},
        {"model": {"name": 1}},
        {"recipe": None},
        {"recipe": {"epoch": 3}},
        {"recipe": {"epochs": -3}},
        {"source_tokenizer": None},
        {"source_tokenizer": {"class_name": "X"}},
        {"target_tokenizer": {"class_name": "SymbolTokenizer"}},
        {"longest": None},
        {"longest": [1]},
        {"longest": ["a", "b"]},
        {"longest": [0, 5]},
        {"task": None},
        {"task": {"name": "reverse"}},
        {"task": {"name": "reverse", "options": 3}},
        {"model": {"name": "bag_test", "overrides": [1]}},
        {"model": {"name": ["bag_test"], "overrides": {}}},
        {"model": {"name": "bag_test", "overrides": {"dtype": "float32"}}},
        {"model": {"name": "bag_test", "overrides": {"start_id": 1}}},
        {"model": {"name": "bag_test", "overrides": {"source_vocabulary": 5}}},
        {"task": {"name": ["reverse"], "options": {}}},
        {"source_tokenizer": {"class_name": ["SymbolTokenizer"]}},
        {"recipe": [1]},
        {"recipe": {"seed": [[1]]}},
        {"longest": [1.5, 2]},
        {"longest": [1, 2, 3]},
        {"pretrained": 3},
        b"[" * 300_000,
        b'{"a":' * 300_000,
    ],
)
def test_a_broken_config_is_one_clear_line(folder, change):
    config = json.loads((folder / "config.json").read_text())
    text = json.dumps(config | change) if isinstance(change, dict) else change
    (folder / "config.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ZooError, match="config.json is broken.*train the run again") as found:
        Run(folder)
    one_line(found)


@pytest.mark.parametrize(
    "name, overrides",
    [
        ("no_model", {}),
        ("transformer_nano", {}),
        ("bag_test", {"units": "many"}),
        ("bag_test", {"units": [8]}),
        ("bag_test", {"unitz": 8}),
    ],
)
def test_the_config_of_another_model(folder, name, overrides):
    config = json.loads((folder / "config.json").read_text())
    config["model"] = {"name": name, "overrides": overrides}
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ZooError, match="config.json is broken|best.weights.h5 is broken") as found:
        load_model(folder)
    one_line(found)


@pytest.mark.parametrize("share", [0, 0.01, 0.3, 0.6, 0.9, 0.999])
@pytest.mark.parametrize("name", ["best.weights.h5", "last.checkpoint.npz"])
def test_truncated_files(task, folder, name, share):
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[: int(share * len(data))])
    with pytest.raises(ZooError, match=f"{name} is broken") as found:
        load_model(folder) if name == "best.weights.h5" else train(
            task, folder, epochs=2, resume=True
        )
    one_line(found)


def test_other_bytes(task, folder):
    for name in ("best.weights.h5", "last.checkpoint.npz"):
        (folder / name).write_bytes(b"PK\x03\x04 this is a text " * 99)
    with pytest.raises(ZooError, match="last.checkpoint.npz is broken") as found:
        train(task, folder, epochs=2, resume=True)
    one_line(found)
    with pytest.raises(ZooError, match="best.weights.h5 is broken") as found:
        load_model(folder)
    one_line(found)


def test_a_flipped_bit_in_the_checkpoint_is_found(task, folder):
    data = bytearray((folder / "last.checkpoint.npz").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "last.checkpoint.npz").write_bytes(data)
    with pytest.raises(ZooError):
        train(task, folder, epochs=2, resume=True)


def test_missing_files(task, folder):
    (folder / "last.checkpoint.npz").unlink()
    with pytest.raises(
        ZooError, match="has no last.checkpoint.npz to go on from; train it again with --overwrite"
    ):
        train(task, folder, epochs=2, resume=True)
    (folder / "best.weights.h5").unlink()
    with pytest.raises(
        ZooError, match="best.weights.h5 is missing; put it back, or train it again"
    ):
        load_model(folder)
    (folder / "history.jsonl").unlink()
    with pytest.raises(
        ZooError, match="has no trained weights yet; go on with: zoo train --resume"
    ):
        load_model(folder)


@pytest.mark.parametrize("rows", [0, 1])
def test_a_history_that_lacks_epochs_is_not_gone_on_with(task, folder, rows):
    lines = (folder / "history.jsonl").read_text().splitlines(keepends=True)
    (folder / "history.jsonl").write_text("".join(lines[:rows]))
    if rows == 0:
        (folder / "history.jsonl").unlink()
    with np.load(folder / "last.checkpoint.npz") as saved:
        arrays = {name: saved[name] for name in saved.files}
    position = json.loads(arrays["position"].tobytes()) | {"finished": False}
    arrays["position"] = np.frombuffer(json.dumps(position).encode(), "uint8")
    np.savez(folder / "last.checkpoint.npz", **arrays)
    before = contents(folder)
    message = f"history.jsonl has {rows} of the 2 epochs that were trained; put it back, or train"
    with pytest.raises(ZooError, match=message) as found:
        train(task, folder, epochs=2, resume=True)
    one_line(found)
    assert contents(folder) == before


# Use ----------------------------------------------------------------------------------------------


def test_recipe_and_task_come_back(trained):
    run = Run(trained)
    assert run.recipe == recipe(epochs=2) and run.task().options["symbols"] == 5
    outputs = run.text_model().generate(["a b", "c"], zoo.Beam(3))
    assert [len(best) for best in outputs] == [3, 3]
