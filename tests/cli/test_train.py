"""`zoo train`: the folder that it leaves, what it prints, and what it refuses."""

import itertools
import json
import re
import types

import pytest

import zoo
from tests.cli.conftest import QUICK, TASK
from zoo.cli import train
from zoo.cli.main import main
from zoo.data.tokenizers import SymbolTokenizer


def test_train_leaves_a_whole_run(here):
    for folder in ("runs/attentive", "runs/plain"):
        assert {path.name for path in (here / folder).iterdir()} == {
            "config.json",
            "history.jsonl",
            "best.weights.h5",
            "best.weights.h5.sha256",
            "last.checkpoint.npz",
            "scores.json",
            "predictions.tsv",
        }
        scores = json.loads((here / folder / "scores.json").read_text())["evaluations"][0]
        assert scores["split"] == "test" and set(scores["scores"]) == {
            "exact_match",
            "token_error_rate",
            "perplexity",
        }
        assert all(score["signature"] for score in scores["scores"].values())
        assert len((here / folder / "predictions.tsv").read_text().splitlines()) == 41


def test_train_says_where_everything_is(eager, here, said, tmp_path):
    text = said(
        "train",
        "lstm_seq2seq_nano",
        "reverse",
        "--out",
        tmp_path / "run",
        "--precision",
        "mixed_bfloat16",
        "--patience",
        "3",
        "--seed",
        "4",
        *TASK,
        *QUICK,
    )
    assert (
        "exact_match" in text
        and "source length" in text
        and f"run folder: {tmp_path / 'run'}" in text
    )
    recipe = json.loads((tmp_path / "run" / "config.json").read_text())["recipe"]
    assert (recipe["precision"], recipe["patience"], recipe["seed"], recipe["compiled"]) == (
        "mixed_bfloat16",
        3,
        4,
        False,
    )


def test_train_takes_a_family_alone(eager, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = said(
        "train", "lstm_seq2seq", "reverse", "--set", "units=8", "--steps", 2, *TASK, *QUICK[2:]
    )
    assert re.search(r"^lstm_seq2seq_mini, [\d,]+ parameters$", text, re.M)
    assert "run folder: runs/lstm_seq2seq-reverse-s0" in text
    config = json.loads((tmp_path / "runs" / "lstm_seq2seq-reverse-s0" / "config.json").read_text())
    assert (
        config["model"] == {"name": "lstm_seq2seq_mini", "overrides": {"units": 8}}
        and config["recipe"]["steps"] == 2
    )


def test_a_loss_that_is_not_finite(eager, here, capsys, tmp_path):
    status = main(
        [
            "train",
            "transformer_nano",
            "reverse",
            "--set",
            "depth=1",
            "--out",
            str(tmp_path / "run"),
            "--learning-rate",
            "1e38",
            "--warmup",
            "0",
            *TASK,
            *QUICK,
        ]
    )
    complaint = capsys.readouterr().err
    assert status == 2 and re.search(
        "zoo: the loss is (nan|inf) at epoch .*: lower --learning-rate\n$", complaint
    )


@pytest.mark.parametrize(
    "words, message",
    [
        (
            ["train", "--resume", "runs/attentive", "--epochs", "9"],
            "only --devices and --tensorboard go with it",
        ),
        (
            ["train", "--resume", "runs/attentive", "--overwrite"],
            "only --devices and --tensorboard go with it",
        ),
        (["train", "t5_nano", "runs"], "runs is a file or folder, not a task; .*: --data runs"),
        (["train", "--resume", "runs/attentive"], "runs/attentive is finished after 1 epochs"),
        (["train", "t5_nano", "reverse", *TASK, "--out", "runs/attentive"], "holds a run already"),
        (["train", "t5_nano", "reverse", *TASK, "--out", "."], "is not a run folder"),
        (
            ["train", "t5_nano", "reverse", *TASK, "--out", "/dev/null/run"],
            "cannot read or write /dev/null/run.*: Not a directory",
        ),
        (
            ["train", "t5_nano", "reverse", *TASK, "--set", "units=1000000000"],
            "training t5_nano with units=1000000000 takes at least .* are free here; "
            "lower --set units",
        ),
        (
            ["train", "bart_nano", "reverse", *TASK, "--set", "max_positions=2"],
            "bart_nano cannot be built with .*max_positions=2: 3 positions are more than the 2",
        ),
    ],
)
def test_a_mistake_is_one_clear_line(mistake, words, message):
    mistake(words, message)


def test_a_checkpoint_is_scored_with_its_own_tokenizers(tmp_path, capsys):
    symbols = SymbolTokenizer(["d", "c", "b", "a"], " ")  # not in the order that the data suggest
    model = zoo.create("transformer_nano", symbols.size, symbols.size)
    text = zoo.TextModel(model, symbols, symbols, known_only=True)
    zoo.save_pretrained(text, tmp_path / "start")
    texts = [" ".join(word) for word in itertools.product("abcd", repeat=4)] + ["a x"]
    (tmp_path / "pairs.tsv").write_text("".join(f"{text}\t{text[::-1]}\n" for text in texts))
    words = ["train", tmp_path / "start", "--data", tmp_path / "pairs.tsv", "--steps", "1"]
    words += ["--label-smoothing", "0", "--no-compiled", "--out", tmp_path / "run"]
    assert main([str(word) for word in words]) == 0
    run = zoo.Run(tmp_path / "run")
    assert run.source_tokenizer.get_config() == symbols.get_config()
    again = zoo.evaluate_model(run.model, run.task(), "test", jit=False)
    [kept] = run.evaluations
    value = kept.scores["perplexity"]["value"]
    assert value == pytest.approx(again.scores["perplexity"]["value"])
    assert "lacks symbols of these data, such as 'x'; 2 of them" in capsys.readouterr().err


def test_own_data_are_read_with_the_tokenizers_of_a_checkpoint(tmp_path, monkeypatch):
    words = SymbolTokenizer(["b" * 400], " ")
    start = types.SimpleNamespace(
        source_tokenizer=words, target_tokenizer=words, known_only=False, training=None
    )
    given = []
    monkeypatch.setattr(train, "open_checkpoint", lambda name: start)
    monkeypatch.setattr(train, "train_and_report", lambda *args, **options: given.append(args[1]))
    (tmp_path / "pairs.tsv").write_text(
        "".join(f"{'b' * 400} {i}\t{'b' * 400}\n" for i in range(99))
    )
    assert main(["train", "owner/start", "--data", str(tmp_path / "pairs.tsv")]) == 0
    assert given[0].max_source_length == 3 and given[0].source_tokenizer is words
