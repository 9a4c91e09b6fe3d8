"""The command line: the whole way on a tiny model, and one clear line for every mistake."""

import io
import json
import re
import resource
import signal
import subprocess
import sys
import time

import pytest

import zoo
from zoo.cli import main

TASK = ["--task-option", "symbols=5", "--task-option", "max_length=4", "--task-option", "train=200",
        "--task-option", "validation=16", "--task-option", "test=40"]
QUICK = ["--epochs", "1", "--tokens", "200", "--buckets", "1", "--no-compiled"]


def zoo_command(*words, **options):
    """Runs the command in a process of its own."""
    return subprocess.run([sys.executable, "-m", "zoo.cli", *map(str, words)], capture_output=True, text=True, **options)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A folder with runs/attentive, which has attention, and runs/plain, which has none."""
    folder = tmp_path_factory.mktemp("work")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main(["train", "transformer_nano", "reverse", "--set", "depth=1", "--out", "runs/attentive", *TASK, *QUICK]) == 0
        assert main(["train", "lstm_seq2seq_nano", "reverse", "--set", "depth=1", *TASK, *QUICK]) == 0
        assert main(["train", "lstm_seq2seq_nano", "reverse", "--set", "depth=1", "--out", "runs/other", *TASK, *QUICK,
                     "--task-option", "symbols=6"]) == 0
    return folder


@pytest.fixture
def here(runs, monkeypatch):
    """Works in the folder of the runs."""
    monkeypatch.chdir(runs)
    return runs


@pytest.fixture
def refused(capsys):
    """Calls the command and returns the one line that it complains with."""
    def call(*words):
        capsys.readouterr()
        status = main([str(word) for word in words])
        output, complaint = capsys.readouterr()
        assert status == 2 and not output
        assert complaint.startswith("zoo: ") and complaint.count("\n") == 1 and complaint.endswith("\n")
        return complaint
    return call


@pytest.fixture
def said(capsys):
    """Calls the command and returns what it prints."""
    def call(*words):
        capsys.readouterr()
        assert main([str(word) for word in words]) == 0
        return capsys.readouterr().out
    return call


def type_in(monkeypatch, data):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))


# What works ----------------------------------------------------------------------------------------------------------


def test_list(said):
    everything = said("list")
    for name in {zoo.card(name)["family"] for name in zoo.list_models()} | set(zoo.list_tasks()):
        assert re.search(rf"^{name} ", everything, re.M)
    assert "base 384M" in everything and "base 223M" in everything and "11b 11.3B" in everything
    lines = said("list", "lstm*nano").splitlines()
    assert [line.split()[0] for line in lines[2:-2]] == ["lstm_seq2seq"] and "lstm_seq2seq_nano" in lines[-1]
    assert "Sequence of symbols to its reverse" in said("list", "reverse")


def test_show(said):
    text = said("show", "lstm_seq2seq_base")
    for part in ("Sutskever et al. 2014", "https://arxiv.org/abs/1409.3215", "384,112,000 at 160,000 + 80,000", "units",
                 "total"):
        assert part in text
    text = said("show", "g2p")
    assert "BSD-2-Clause" in text and "train_limit" in text


def test_show_counts_and_draws(said, tmp_path):
    text = said("show", "lstm_seq2seq_nano", "--batch", 2, "--source-length", 5, "--svg", tmp_path / "lstm.svg")
    assert re.search(r"FLOPs a source token +8,192 ", text) and "batch 2, 5 source and 32 target tokens" in text
    for row in ("weights", "training state", "decoding state", "activations"):
        assert re.search(rf"^{row} +[\d,.]+ [KM]iB", text, re.M)
    assert "encoder_0 … encoder_1" in (tmp_path / "lstm.svg").read_text(encoding="utf-8")


def test_train_leaves_a_whole_run(here):
    for folder in ("runs/attentive", "runs/lstm_seq2seq_nano-reverse-s0"):
        assert {path.name for path in (here / folder).iterdir()} == {
            "config.json", "history.jsonl", "best.weights.h5", "last.checkpoint.npz", "scores.json", "predictions.tsv"}
        scores = json.loads((here / folder / "scores.json").read_text())
        assert scores["split"] == "test" and set(scores["scores"]) == {"exact_match", "token_error_rate", "perplexity"}
        assert all(score["signature"] for score in scores["scores"].values())
        assert len((here / folder / "predictions.tsv").read_text().splitlines()) == 41


def test_train_says_where_everything_is(here, said, tmp_path):
    text = said("train", "lstm_seq2seq_nano", "reverse", "--out", tmp_path / "run", "--precision", "mixed_bfloat16",
                "--patience", "3", "--seed", "4", *TASK, *QUICK)
    assert "exact_match" in text and "source length" in text and f"run folder: {tmp_path / 'run'}" in text
    recipe = json.loads((tmp_path / "run" / "config.json").read_text())["recipe"]
    assert (recipe["precision"], recipe["patience"], recipe["seed"], recipe["compiled"]) == ("mixed_bfloat16", 3, 4, False)


def test_evaluate(here, said):
    text = said("evaluate", "runs/attentive", "--split", "validation", "--beam", 2, "--limit", 10)
    assert "validation: 10 examples, Beam(size=2, length_penalty=0.6, formula='gnmt')" in text
    assert "perplexity|refs:1" in text
    assert json.loads((here / "runs/attentive/scores.json").read_text())["split"] == "validation"


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
    assert len(drawn) == 3 and said(*sample).splitlines() == drawn != said(*sample, "--seed", 1).splitlines()
    text = said("generate", "runs/attentive", "a b", "--prefix", "d e", "--forbid", "c", "--beam", 2, "--min-length", 5).split()
    assert text[:2] == ["d", "e"] and "c" not in text and len(text) >= 4
    grouped = ("--beam", 4, "--groups", 4, "--diversity", 50, "--n-best", 4)
    diverse = said("generate", "runs/attentive", "a b", *grouped).splitlines()
    assert len({line.split("\t")[1][:1] for line in diverse}) == 4


def test_an_ensemble(here, said):
    alone, both = (said("evaluate", "runs/attentive", "--limit", 20, *words) for words in (
        (), ("--with", "runs/lstm_seq2seq_nano-reverse-s0")))
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


@pytest.mark.parametrize("data, message", [
    (b"a b\n", "line 1 of standard input is not SOURCE, a tab, TARGET: 'a b'"), (b"a\tb\na\t \n", "line 2 of standard input"),
    (b"a\tb\na\tx\n", "pair 2: 'x' has 'x'"), (b"", "standard input has no line"),
])
def test_pairs_that_cannot_be_scored(here, refused, monkeypatch, data, message):
    type_in(monkeypatch, data)
    assert message in refused("score", "runs/attentive")


def test_generate_n_best(here, said):
    lines = said("generate", "runs/attentive", "a b", "c", "--beam", 3, "--n-best", 2).splitlines()
    scores = [float(line.split("\t")[0]) for line in lines]
    assert len(lines) == 4 and scores[0] >= scores[1] and scores[2] >= scores[3]
    best = said("generate", "runs/attentive", "a b", "--beam", 3)
    assert best == lines[0].split("\t", 1)[1] + "\n"


def test_align(here, said, tmp_path):
    for name, head in (("map.png", b"\x89PNG"), ("map.svg", b"<?xml"), ("map.pdf", b"%PDF")):
        text = said("align", "runs/attentive", "a b c", "--output", "c b a", "--out", tmp_path / name)
        assert text == f"c b a\n{tmp_path / name}\n"
        assert (tmp_path / name).read_bytes().startswith(head)
    assert said("align", "runs/attentive", "a b", "--out", tmp_path / "own.png").endswith("own.png\n")


def test_help_and_version(capsys):
    for words in (["--help"], ["--version"], ["train", "--help"]):
        with pytest.raises(SystemExit) as found:
            main(words)
        assert found.value.code == 0 and capsys.readouterr().out


# What does not -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words, message", [
    ([], "required: COMMAND"), (["trian"], "invalid choice: 'trian'"), (["list", "--frob"], "unrecognized arguments: --frob"),
    (["list", "zzz"], "no model or task matches 'zzz'"),
    (["show", "transfomer_nano"], "unknown model or task 'transfomer_nano'; nearest: transformer_nano"),
    (["show", "g2pp"], "nearest: g2p"),
    (["show", "transformer_nano", "--batch", "0"], "batch must be a whole number above 0, got 0"),
    (["show", "transformer_nano", "--svg", "x.png"], "must end in .svg, got 'x.png'"),
    (["show", "g2p", "--svg", "x.svg"], "g2p is a task; only a model has a diagram"),
    (["train"], "name a model and a task"), (["train", "t5_nano"], "name a model and a task"),
    (["train", "lstm_seq2sec_nano", "reverse"], "unknown model 'lstm_seq2sec_nano'; nearest: lstm_seq2seq_nano"),
    (["train", "t5_nano", "revers"], "unknown task 'revers'; nearest: reverse"),
    (["train", "t5_nano", "reverse", "--epochs", "0"], "epochs must be a whole number above 0, got 0"),
    (["train", "t5_nano", "reverse", "--epochs", "x"], "argument --epochs: invalid int value: 'x'"),
    (["train", "t5_nano", "reverse", "--learning-rate", "nan"], "learning_rate must be a number above 0"),
    (["train", "t5_nano", "reverse", "--learning-rate", "-1"], "learning_rate"),
    (["train", "t5_nano", "reverse", "--decay", "liner"], "'liner'.*linear"),
    (["train", "t5_nano", "reverse", "--optimizer", "adm"], "'adm'.*adam"),
    (["train", "t5_nano", "reverse", "--precision", "float16"], "'float16'"),
    (["train", "t5_nano", "reverse", "--seed", "-1"], "seed must be a whole number from 0"),
    (["train", "t5_nano", "reverse", "--set", "units"], "expected KEY=VALUE, got 'units'"),
    (["train", "t5_nano", "reverse", "--set", "unit=3"], "t5_nano takes no 'unit'; valid: .*units"),
    (["train", "t5_nano", "reverse", "--set", "units=big"], "units must be a whole number"),
    (["train", "t5_nano", "reverse", "--set", "dropout=1.5"], "dropout must be a number from 0 to below 1"),
    (["train", "lstm_seq2seq_nano", "reverse", "--set", "reverse=False"], "reverse must be true or false, got 'False'"),
    (["train", "t5_nano", "reverse", "--set", "target_vocabulary=9"], "target_vocabulary is no option of a run"),
    (["train", "t5_nano", "reverse", "--set", "dtype=float16"], "the recipe's precision decides it"),
    (["train", "t5_nano", "reverse", "--task-option", "symbol=3"], "reverse takes no 'symbol'; valid: symbols"),
    (["train", "t5_nano", "reverse", "--task-option", "symbols=1"], "symbols must be at least 2"),
    (["train", "t5_nano", "reverse", "--task-option", "max_length=0"], "max_length must be a whole number above 0"),
    (["train", "t5_nano", "reverse", "--task-option", "min_length=30"], "min_length must not exceed max_length"),
    (["train", "t5_nano", "reverse", "--task-option", "symbols=many"], "symbols must be a whole number"),
    (["train", "t5_nano", "g2p", "--task-option", "train_limit=-4"], "train_limit"),
    (["train", "--resume", "nowhere"], "nowhere is no run folder .*runs here: .*runs/attentive"),
    (["train", "--resume", "no/where"], "no/where is no run folder"), (["evaluate", "no/where"], "no/where is no run folder"),
    (["train", "--resume", "runs/attentive", "--epochs", "9"], "takes no model, task or other option"),
    (["train", "--resume", "runs/attentive", "--overwrite"], "takes no model, task or other option"),
    (["train", "--resume", "runs/attentive"], "runs/attentive is finished after 1 epochs"),
    (["train", "t5_nano", "reverse", *TASK, "--out", "runs/attentive"], "holds a run already"),
    (["train", "t5_nano", "reverse", *TASK, "--out", "."], "is no run folder"),
    (["train", "t5_nano", "reverse", *TASK, "--out", "/dev/null/run"], "cannot read or write /dev/null/run.*: Not a directory"),
    (["evaluate", "runs"], "runs is no run folder"), (["evaluate", "runs/none"], "runs/none is no run folder"),
    (["evaluate", "runs/attentive", "--split", "tset"], "unknown split 'tset'; nearest: test"),
    (["evaluate", "runs/attentive", "--limit", "-1"], "limit must not be negative"),
    (["evaluate", "runs/attentive", "--beam", "0"], "beam_size must be a whole number above 0"),
    (["evaluate", "runs/attentive", "--beam", "2", "--length-penalty", "nan"], "length_penalty"),
    (["generate", "nowhere", "a"], "nowhere is no run folder"), (["generate"], "required: RUN"),
    (["generate", "runs/attentive", ""], "the source is empty"), (["generate", "runs/attentive", " "], "the source is empty"),
    (["generate", "runs/attentive", "a", "\t"], "text 2: the source is empty"),
    (["generate", "runs/attentive", "a a a a a"], "has 6 tokens, .*at most 5 .*--longest"),
    (["generate", "runs/attentive", "a", "--longest", "0"], "longest must be a whole number above 0"),
    (["generate", "runs/attentive", "a x"], "'a x' has 'x', which the vocabulary of this reverse run lacks"),
    (["generate", "runs/attentive", "a\nx"], "'a x' has 'x'"),
    (["generate", "runs/attentive", "a", "--n-best", "2"], "--n-best 2 needs as many hypotheses: --beam 2"),
    (["generate", "runs/attentive", "a", "--n-best", "3", "--beam", "2"], "--beam 3"),
    (["generate", "runs/attentive", "a", "--n-best", "0"], "n_best must be a whole number above 0"),
    (["generate", "runs/attentive", "a", "--beam", "2", "--sample", "2"], "choose one"),
    (["generate", "runs/attentive", "a", "--top-k", "2"], "--top-k needs --sample N"),
    (["generate", "runs/attentive", "a", "--groups", "2"], "--groups needs --beam K"),
    (["generate", "runs/attentive", "a", "--beam", "3", "--groups", "2"], "3 cannot be cut into 2 equal groups"),
    (["generate", "runs/attentive", "a", "--sample", "1", "--top-p", "0"], "top_p must be a number above 0 up to 1"),
    (["generate", "runs/attentive", "a", "--prefix", "a x"], "'a x' has 'x', which the target vocabulary lacks"),
    (["generate", "runs/attentive", "a", "--prefix", "a b c", "--max-length", "2"], "has 3 tokens, and an output at most 2"),
    (["generate", "runs/attentive", "a", "--forbid", "a b"], "--forbid takes a single token, and 'a b' is 2"),
    (["generate", "runs/attentive", "a", "--no-repeat-ngram", "-1"], "no_repeat_ngram must be a whole number of at least 0"),
    (["generate", "runs/attentive", "a", "--with", "nowhere"], "nowhere is no run folder"),
    (["generate", "runs/attentive", "a", "--with", "runs/other"], "runs/other has other tokenizers than runs/attentive"),
    (["score", "nowhere"], "nowhere is no run folder"),
    (["align", "runs/attentive", "a", "--out", "x.txt"], "must end in .png, .svg or .pdf"),
    (["align", "runs/attentive", "a", "--out", "no/x.png"], "cannot read or write no/x.png: No such file or directory"),
    (["align", "runs/attentive", "a x"], "'x'"), (["align", "runs/attentive", "a", "--output", "b y"], "'y'"),
    (["align", "runs/attentive", ""], "the source is empty"),
    (["align", "runs/lstm_seq2seq_nano-reverse-s0", "a"], "has no attention"),
])
def test_bad_input_is_one_clear_line(here, refused, words, message):
    before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}
    assert re.search(message, refused(*words))
    assert {path: path.read_bytes() for path in here.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("data, message", [
    (b"", "standard input has no line, so there is nothing to do"), (b"a\n\nb\n \n", "line 2 of standard input is empty"),
    (b"a\nx\n", "text 2: 'x' has 'x'"), (b"a\n\xff\n", "standard input is not utf-8 text"),
])
def test_bad_lines_of_standard_input(here, refused, monkeypatch, data, message):
    type_in(monkeypatch, data)
    assert message in refused("generate", "runs/attentive")


@pytest.mark.parametrize("file", ["config.json", "best.weights.h5"])
def test_a_broken_run(here, refused, tmp_path, file):
    for path in (here / "runs/attentive").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes()[:90 if path.name == file else None])
    assert f"{file} is broken" in refused("generate", tmp_path, "a")


def test_a_loss_that_is_not_finite(here, capsys, tmp_path):
    status = main(["train", "transformer_nano", "reverse", "--set", "depth=1", "--out", str(tmp_path / "run"),
                   "--learning-rate", "1e38", "--warmup", "0", *TASK, *QUICK])
    complaint = capsys.readouterr().err
    assert status == 2 and re.search("zoo: the loss is (nan|inf) at epoch .*: lower --learning-rate\n$", complaint)


def test_a_full_disk_in_a_process_of_its_own(here, tmp_path):
    before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))  # bytes that a file may have
    words = (["train", "t5_nano", "reverse", "--out", tmp_path / "run", *TASK, *QUICK],
             ["align", "runs/attentive", "a", "--out", tmp_path / "x.png"])
    for call in words:
        done = zoo_command(*call, preexec_fn=limit)
        assert done.returncode == 2
        assert re.fullmatch("zoo: cannot read or write .*: File too large; what was there before is untouched\n", done.stderr)
    assert {path: path.read_bytes() for path in here.rglob("*") if path.is_file()} == before
    assert not (tmp_path / "x.png").exists()


def test_ctrl_c_saves_and_says_how_to_go_on(here, tmp_path):
    words = ["train", "lstm_seq2seq_nano", "reverse", "--set", "depth=1", "--out", tmp_path / "run", *TASK, *QUICK[2:],
             "--epochs", "100000"]
    process = subprocess.Popen([sys.executable, "-m", "zoo.cli", *map(str, words)], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    deadline = time.time() + 120
    while not (tmp_path / "run" / "history.jsonl").exists() and time.time() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == 130 and "Traceback" not in complaint
    assert re.search(rf"zoo: stopped in epoch .*; go on with: zoo train --resume {tmp_path}/run\n$", complaint)
    assert zoo.Run(tmp_path / "run").history


def test_a_reader_that_leaves_is_no_error(here):
    done = subprocess.run(f"{sys.executable} -m zoo.cli list | head -1; exit ${{PIPESTATUS[0]}}", shell=True,
                          executable="/bin/bash", capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr and done.stdout.startswith("family")


def test_a_process_of_its_own_is_quiet(here):
    done = zoo_command("generate", "runs/attentive", "a b")
    assert done.returncode == 0 and not done.stderr and done.stdout.count("\n") == 1


def test_bytes_that_are_no_text(here):
    words = [sys.executable, "-m", "zoo.cli", "generate", "runs/attentive", b"a \xff"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "which the vocabulary of this reverse run lacks" in done.stderr
