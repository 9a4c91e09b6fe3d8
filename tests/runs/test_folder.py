"""What a folder is, and its history."""

import json
import os

import pytest

from zoo.errors import ZooError
from zoo.runs.folder import (
    check_free,
    check_ready,
    clear,
    has_run_config,
    holds_run,
    is_checkpoint,
    read_history,
    resuming,
    write_history,
    writing,
)


def test_whose_folder_it_is(tmp_path):
    assert has_run_config(tmp_path) is None and not holds_run(tmp_path)
    (tmp_path / "config.json").write_text('{"zoo": "1"}')
    assert has_run_config(tmp_path) and holds_run(tmp_path) and not is_checkpoint(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "t5"}')
    assert has_run_config(tmp_path) is False and not holds_run(tmp_path) and is_checkpoint(tmp_path)
    (tmp_path / "config.json").write_text("{")  # broken, so other files decide
    assert not holds_run(tmp_path) and not is_checkpoint(tmp_path)
    (tmp_path / "last.checkpoint.npz").write_text("")
    assert holds_run(tmp_path)
    (tmp_path / "model.safetensors").write_text("")
    assert is_checkpoint(tmp_path)
    (tmp_path / "config.json").unlink()
    os.mkfifo(tmp_path / "config.json")  # reading it would wait for ever
    assert has_run_config(tmp_path) is None


def test_names_on_the_hub(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert is_checkpoint("google-t5/t5-small") and not is_checkpoint("t5-small")
    (tmp_path / "runs").mkdir()
    assert not is_checkpoint("runs/mispelled")


def test_what_a_killed_training_left_is_free(tmp_path):
    (tmp_path / ".lock").write_text("")
    check_free(tmp_path, overwrite=False)
    (tmp_path / "thesis.tex").write_text("")
    with pytest.raises(ZooError, match="exists and is not a run folder"):
        check_free(tmp_path, overwrite=True)


def test_a_file_is_not_written_to_as_a_folder(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ZooError, match="file exists and is not a run folder"):
        with writing(tmp_path / "file"):
            pass
    assert (tmp_path / "file").read_text() == "mine"


def test_a_held_folder_is_told_before_anything_that_takes_long(tmp_path):
    (tmp_path / "config.json").write_text('{"zoo": "1"}')
    with writing(tmp_path):
        for resume, overwrite in ((True, False), (False, True)):
            with pytest.raises(ZooError, match="another process trains or evaluates in"):
                check_ready(tmp_path, resume, overwrite)
    check_ready(tmp_path, resume=True)
    assert resuming("my run") == "zoo train --resume 'my run'"
    with pytest.raises(ZooError, match="holds a run already"):
        check_ready(tmp_path)
    check_ready(tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_new_run_keeps_no_page_and_no_curves_of_the_old_one(tmp_path):
    (tmp_path / "tensorboard").mkdir()
    ours = ["config.json", "report.html", "tensorboard/events.out.tfevents.1.host"]
    others = ["notes.txt", "tensorboard/notes.txt"]
    for name in [*ours, *others]:
        (tmp_path / name).write_text("")
    clear(tmp_path)
    assert [name for name in [*ours, *others] if (tmp_path / name).exists()] == others


def test_history_comes_back(tmp_path):
    rows = [{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": float("nan")}]
    assert read_history(tmp_path) == []
    write_history(tmp_path, rows)
    assert json.dumps(read_history(tmp_path)) == json.dumps(rows)


@pytest.mark.parametrize(
    "text, message",
    [
        ('{"epoch": 1}\n{"epo', "history.jsonl, line 2, is broken: it is not JSON"),
        ("[]", "line 1, is broken: it must be an object"),
        ('{"loss": 1}', "line 1, is broken: epoch is missing"),
        ('{"epoch": 1, "loss": null}', "line 1, is broken: loss must be a number, got None"),
        ('{"epoch": 1, "loss": 1}\n{"epoch": 2}', "line 2, is broken: loss is missing"),
        ("[" * 300_000, "line 1, is broken: it is nested too deeply"),
    ],
)
def test_a_broken_history_names_the_line(tmp_path, text, message):
    (tmp_path / "history.jsonl").write_text(text)
    with pytest.raises(ZooError, match=f"{message}.*train the run again") as found:
        read_history(tmp_path)
    assert "\n" not in str(found.value)
