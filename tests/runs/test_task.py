"""The task of a run, loaded again."""

import json
import types

import pytest
import sentencepiece

from tests.small_training import train
from zoo.data.task import create_task
from zoo.data.tokenizers import SymbolTokenizer
from zoo.errors import ZooError
from zoo.runs.run import Run
from zoo.runs.task import load_task, task_of


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    """A file of pairs that are read in pieces."""
    path = tmp_path_factory.mktemp("data") / "pairs.tsv"
    path.write_text("".join(f"{i} and {i + 1}\t{i + 1} or {i}\n" for i in range(300)))
    return path


def load(pairs):
    kinds = dict.fromkeys(("source_tokenizer", "target_tokenizer"), "bpe")
    return create_task("files", data=[str(pairs)], vocabulary=40, train_limit=40, **kinds)


@pytest.fixture(scope="module")
def folder(pairs, tmp_path_factory):
    """A run of one epoch on the pairs."""
    folder = tmp_path_factory.mktemp("run") / "run"
    train(load(pairs), folder, epochs=1, validation_limit=1)
    return folder


def test_pieces_are_not_learnt_again(folder, monkeypatch):
    before = Run(folder).task()
    monkeypatch.delattr(sentencepiece, "SentencePieceTrainer")
    after = Run(folder).task()
    assert after.source_tokenizer.get_config() == before.source_tokenizer.get_config()
    assert after.target_tokenizer.encode("7 or 6") == before.target_tokenizer.encode("7 or 6")


def test_pieces_of_other_data_are_not_taken_for_those_of_the_run(folder, pairs):
    changed = json.loads((folder / "config.json").read_text())
    del changed["sha256"], changed["task"]["options"]["sha256"]
    text = pairs.read_text()
    try:
        (folder / "config.json").write_text(json.dumps(changed))
        pairs.write_text(text.replace("and", "und"))
        with pytest.raises(ZooError, match="was trained on other data: the task files has another"):
            Run(folder).task()
    finally:
        pairs.write_text(text)


def test_options_that_the_task_lacks_are_the_config_s_fault(folder):
    run = Run(folder)
    run.task_options["longest"] = "very"
    with pytest.raises(ZooError, match="config.json is broken .longest must be a whole number"):
        run.task()


def test_a_run_from_a_checkpoint_reads_own_data_with_its_tokenizers(pairs):
    words = SymbolTokenizer(["and", "or"], " ")
    sides = dict(source_tokenizer=words, target_tokenizer=words)
    options = {"data": [str(pairs)], "longest": 4, "vocabulary": 40, "source_tokenizer": "bpe"}
    run = types.SimpleNamespace(
        task_name="files", task_options=options, config={"pretrained": "a checkpoint"}, **sides
    )
    model = types.SimpleNamespace(
        label="a model", training={"task": {"name": "files", "options": options}}, **sides
    )
    for task in (load_task(run), task_of(model)):
        assert (task.source_tokenizer, task.target_tokenizer) == (words, words)
        assert task.max_source_length == 4 and sum(map(len, task.splits.values())) == 300
