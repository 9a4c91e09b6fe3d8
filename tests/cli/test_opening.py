"""Runs and checkpoints by what a command names, and what is said of other folders."""

import pytest

from zoo.cli.opening import open_run
from zoo.errors import ZooError


def test_a_run_folder_is_opened(here):
    assert open_run("runs/plain").name == "lstm_seq2seq_nano"


def test_a_checkpoint_is_to_be_trained_first(tmp_path):
    folder = tmp_path / "my t5"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "t5"}')
    with pytest.raises(ZooError, match="is a checkpoint, not a run; .*: zoo train '.*my t5' TASK"):
        open_run(folder)


@pytest.mark.parametrize("file", ["config.json", "best.weights.h5"])
def test_a_broken_run(here, refused, tmp_path, file):
    for path in (here / "runs/attentive").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes()[: 90 if path.name == file else None])
    assert f"{file} is broken" in refused("generate", tmp_path, "a")


@pytest.mark.parametrize(
    "words, message",
    [
        (
            ["train", "--resume", "nowhere"],
            "there is no run nowhere.*.*runs here: .*runs/attentive",
        ),
        (["train", "--resume", "no/where"], "there is no run no/where"),
        (["evaluate", "no/where"], "no/where.*is not a folder, is not in the hub"),
        (["evaluate", "runs"], "runs is not a run folder"),
        (["evaluate", "runs/none"], "there is no run runs/none"),
        (["generate", "nowhere", "a"], "there is no run nowhere"),
        (["generate", "runs/attentive", "a", "--with", "nowhere"], "there is no run nowhere"),
        (["score", "nowhere"], "there is no run nowhere"),
    ],
)
def test_a_mistake_is_one_clear_line(mistake, words, message):
    mistake(words, message)
