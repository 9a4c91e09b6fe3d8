"""The command line: the whole way on a tiny model."""

import json
import re

import pytest

import zoo
from tests.cli.conftest import QUICK, TASK, type_in
from zoo.cli.main import main


def test_list(said):
    everything = said("list")
    for name in {zoo.card(name)["family"] for name in zoo.list_models()} | set(zoo.list_tasks()):
        assert re.search(rf"^{name} ", everything, re.M)
    assert "base 384M" in everything and "base 223M" in everything and "11b 11.3B" in everything
    lines = said("list", "lstm*nano").splitlines()
    assert [line.split()[0] for line in lines[2:-2]] == [
        "lstm_seq2seq"
    ] and "lstm_seq2seq_nano" in lines[-1]
    assert "Sequence of symbols to its reverse" in said("list", "reverse")


def test_show(said):
    text = said("show", "lstm_seq2seq_base")
    for part in (
        "Sutskever et al. 2014",
        "https://arxiv.org/abs/1409.3215",
        "384,112,000 at 160,000 + 80,000",
        "units",
        "total",
    ):
        assert part in text
    text = said("show", "g2p")
    assert "BSD-2-Clause" in text and "train_limit" in text


def test_show_counts_and_draws(said, tmp_path):
    text = said(
        "show",
        "lstm_seq2seq_nano",
        "--batch",
        2,
        "--source-length",
        5,
        "--svg",
        tmp_path / "lstm.svg",
    )
    assert (
        re.search(r"FLOPs per source token +8,192 ", text)
        and "batch 2, 5 source and 32 target tokens" in text
    )
    for row in ("weights", "training state", "decoding state", "activations"):
        assert re.search(rf"^{row} +[\d,.]+ [KM]iB", text, re.M)
    assert "encoder_0 … encoder_1" in (tmp_path / "lstm.svg").read_text(encoding="utf-8")


def test_train_leaves_a_whole_run(here):
    for folder in ("runs/attentive", "runs/lstm_seq2seq_nano-reverse-s0"):
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


def test_train_says_where_everything_is(here, said, tmp_path):
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


def test_train_takes_a_family_alone(said, tmp_path, monkeypatch):
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


def test_show_tells_published_figures(said):
    assert "TGen" in said("show", "e2e") and "65.93" in said("show", "e2e")
    assert "published" not in said("show", "reverse")


def test_evaluate(here, said):
    text = said("evaluate", "runs/attentive", "--split", "validation", "--beam", 2, "--limit", 10)
    assert "validation: 10 examples, Beam(size=2, length_penalty=0.6, formula='gnmt')" in text
    assert "perplexity|refs:1" in text
    kept = json.loads((here / "runs/attentive/scores.json").read_text())["evaluations"]
    assert [(found["split"], found["limit"]) for found in kept] == [("test", 0), ("validation", 10)]
    listed = said("runs", "runs")
    plain = f"{kept[0]['scores']['token_error_rate']['value']:.4g}"
    assert plain in listed and "validation" not in listed.replace("best validation", "")


def test_generate_from_arguments_and_from_standard_input(here, said, monkeypatch):
    texts = ["a b", "c", "d e a"]
    lines = said("generate", "runs/attentive", *texts).splitlines()
    assert len(lines) == 3
    for data in (b"a b\nc\nd e a\n", b"a b\nc\nd e a", b"a b\r\nc\r\nd e a\r\n"):
        type_in(monkeypatch, data)
        assert said("generate", "runs/attentive").splitlines() == lines
    assert said("generate", "runs/attentive", "c", "--longest", 9)


def test_generate_by_sampling_and_under_constraints(here, said):
    sample = ("generate", "runs/attentive", "a b", "--sample", 3, "--n-best", 3, "--temperature", 2)
    drawn = said(*sample).splitlines()
    assert (
        len(drawn) == 3
        and said(*sample).splitlines() == drawn != said(*sample, "--seed", 1).splitlines()
    )
    text = said(
        "generate",
        "runs/attentive",
        "a b",
        "--prefix",
        "d e",
        "--forbid",
        "c",
        "--beam",
        2,
        "--min-length",
        5,
    ).split()
    assert text[:2] == ["d", "e"] and "c" not in text and len(text) >= 4
    grouped = ("--beam", 4, "--groups", 4, "--diversity", 50, "--n-best", 4)
    diverse = said("generate", "runs/attentive", "a b", *grouped).splitlines()
    assert len({line.split("\t")[1][:1] for line in diverse}) == 4


def test_an_ensemble(here, said):
    alone, both = (
        said("evaluate", "runs/attentive", "--limit", 20, *words)
        for words in ((), ("--with", "runs/lstm_seq2seq_nano-reverse-s0"))
    )
    assert alone != both and "Greedy()" in both
    assert said("generate", "runs/attentive", "a b", "--with", "runs/lstm_seq2seq_nano-reverse-s0")


def test_score(here, said, monkeypatch):
    type_in(monkeypatch, b"a b\tb a\na b\ta b\n")
    plain = said("score", "runs/attentive").splitlines()
    type_in(monkeypatch, b"a b\tb a\na b\ta b\n")
    tokens = said("score", "runs/attentive", "--tokens").splitlines()
    assert len(plain) == 2 and all(float(value) < 0 for value in plain)
    for value, line in zip(plain, tokens):
        total, shown = line.split("\t")
        parts = [part.rsplit(":", 1) for part in shown.split()]
        assert total == value and [name for name, _ in parts][-1] == "</s>" and len(parts) == 3
        assert abs(sum(float(part) for _, part in parts) - float(value)) < 1e-3


def test_generate_n_best(here, said):
    lines = said("generate", "runs/attentive", "a b", "c", "--beam", 3, "--n-best", 2).splitlines()
    scores = [float(line.split("\t")[0]) for line in lines]
    assert len(lines) == 4 and scores[0] >= scores[1] and scores[2] >= scores[3]
    best = said("generate", "runs/attentive", "a b", "--beam", 3)
    assert best == lines[0].split("\t", 1)[1] + "\n"


def test_align(here, said, tmp_path):
    for name, head in (("map.png", b"\x89PNG"), ("map.svg", b"<?xml"), ("map.pdf", b"%PDF")):
        text = said(
            "align", "runs/attentive", "a b c", "--output", "c b a", "--out", tmp_path / name
        )
        assert text == f"c b a\n{tmp_path / name}\n"
        assert (tmp_path / name).read_bytes().startswith(head)
    assert said("align", "runs/attentive", "a b", "--out", tmp_path / "own.png").endswith(
        "own.png\n"
    )


def test_help_and_version(capsys):
    for words in (["--help"], ["--version"], ["train", "--help"]):
        with pytest.raises(SystemExit) as found:
            main(words)
        assert found.value.code == 0 and capsys.readouterr().out


def test_generate_takes_unknown_symbols_where_they_are_replaced(here, said):
    assert said("generate", "runs/attentive", "a x", "--replace-unknown", "--min-length", 3).split()
