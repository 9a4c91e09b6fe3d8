"""The command line: one clear line for every mistake."""

import re

import pytest

from tests.cli.conftest import QUICK, TASK, type_in
from zoo.cli.main import main


@pytest.mark.parametrize(
    "words, message",
    [
        ([], "required: COMMAND"),
        (["trian"], "invalid choice: 'trian'"),
        (["list", "--frob"], "unrecognized arguments: --frob"),
        (["list", "zzz"], "no model or task matches 'zzz'"),
        (
            ["show", "transfomer_nano"],
            "unknown model or task 'transfomer_nano'; nearest: transformer_nano",
        ),
        (["show", "g2pp"], "nearest: g2p"),
        (
            ["show", "transformer_nano", "--batch", "0"],
            "--batch must be a whole number above 0, got 0",
        ),
        (["show", "transformer_nano", "--svg", "x.png"], "must end in .svg, got 'x.png'"),
        (["show", "g2p", "--svg", "x.svg"], "g2p is a task; --svg is for models"),
        (["train"], "name a model and a task"),
        (["train", "t5_nano"], "name a model and a task"),
        (
            ["train", "lstm_seq2sec_nano", "reverse"],
            "unknown model 'lstm_seq2sec_nano'; nearest: lstm_seq2seq_nano",
        ),
        (["train", "t5_nano", "revers"], "unknown task 'revers'; nearest: reverse"),
        (
            ["train", "t5_nano", "reverse", "--epochs", "-1"],
            "epochs must be a whole number from 0 to .*, got -1",
        ),
        (
            ["train", "t5_nano", "reverse", "--epochs", "x"],
            "argument --epochs: invalid int value: 'x'",
        ),
        (
            ["train", "t5_nano", "reverse", "--learning-rate", "nan"],
            "learning_rate must be a number above 0",
        ),
        (["train", "t5_nano", "reverse", "--learning-rate", "-1"], "learning_rate"),
        (["train", "t5_nano", "reverse", "--decay", "liner"], "'liner'.*linear"),
        (["train", "t5_nano", "reverse", "--optimizer", "adm"], "'adm'.*adam"),
        (["train", "t5_nano", "reverse", "--precision", "float16"], "'float16'"),
        (["train", "t5_nano", "reverse", "--seed", "-1"], "seed must be a whole number from 0"),
        (["train", "t5_nano", "reverse", "--set", "units"], "expected KEY=VALUE, got 'units'"),
        (
            ["train", "t5_nano", "reverse", "--set", "unit=3"],
            "t5_nano takes no 'unit'; valid: .*units",
        ),
        (["train", "t5_nano", "reverse", "--set", "units=big"], "units must be a whole number"),
        (
            ["train", "t5_nano", "reverse", "--set", "dropout=1.5"],
            "dropout must be a number from 0 to below 1",
        ),
        (
            ["train", "lstm_seq2seq_nano", "reverse", "--set", "reverse=False"],
            "reverse must be true or false, got 'False'",
        ),
        (
            ["train", "t5_nano", "reverse", "--set", "target_vocabulary=9"],
            "target_vocabulary is not an option of a run",
        ),
        (
            ["train", "t5_nano", "reverse", "--set", "dtype=float16"],
            "the recipe's precision decides it",
        ),
        (
            ["train", "t5_nano", "reverse", "--task-option", "symbol=3"],
            "reverse takes no 'symbol'; valid: symbols",
        ),
        (
            ["train", "t5_nano", "reverse", "--task-option", "symbols=1"],
            "symbols must be at least 2",
        ),
        (
            ["train", "t5_nano", "reverse", "--task-option", "max_length=0"],
            "max_length must be a whole number above 0",
        ),
        (
            ["train", "t5_nano", "reverse", "--task-option", "min_length=30"],
            "min_length must not exceed max_length",
        ),
        (
            ["train", "t5_nano", "reverse", "--task-option", "symbols=many"],
            "symbols must be a whole number",
        ),
        (["train", "t5_nano", "g2p", "--task-option", "train_limit=-4"], "train_limit"),
        (
            ["train", "--resume", "nowhere"],
            "nowhere is not a run folder .*runs here: .*runs/attentive",
        ),
        (["train", "--resume", "no/where"], "no/where is not a run folder"),
        (["evaluate", "no/where"], "no/where is not a run folder"),
        (
            ["train", "--resume", "runs/attentive", "--epochs", "9"],
            "takes no model, task or other option",
        ),
        (
            ["train", "--resume", "runs/attentive", "--overwrite"],
            "takes no model, task or other option",
        ),
        (["train", "--resume", "runs/attentive"], "runs/attentive is finished after 1 epochs"),
        (["train", "t5_nano", "reverse", *TASK, "--out", "runs/attentive"], "holds a run already"),
        (["train", "t5_nano", "reverse", *TASK, "--out", "."], "is not a run folder"),
        (
            ["train", "t5_nano", "reverse", *TASK, "--out", "/dev/null/run"],
            "cannot read or write /dev/null/run.*: Not a directory",
        ),
        (["evaluate", "runs"], "runs is not a run folder"),
        (["evaluate", "runs/none"], "runs/none is not a run folder"),
        (["evaluate", "runs/attentive", "--split", "tset"], "unknown split 'tset'; nearest: test"),
        (["evaluate", "runs/attentive", "--limit", "-1"], "limit must not be negative"),
        (
            ["evaluate", "runs/attentive", "--beam", "0"],
            "--beam must be a whole number above 0, got 0",
        ),
        (
            ["evaluate", "runs/attentive", "--beam", "2", "--length-penalty", "nan"],
            "length_penalty",
        ),
        (["generate", "nowhere", "a"], "nowhere is not a run folder"),
        (["generate"], "required: RUN"),
        (["generate", "runs/attentive", ""], "the source is empty"),
        (["generate", "runs/attentive", " "], "the source is empty"),
        (["generate", "runs/attentive", "a", "\t"], "text 2: the source is empty"),
        (["generate", "runs/attentive", "a a a a a"], "has 6 tokens, .*at most 5 .*--longest"),
        (
            ["generate", "runs/attentive", "a", "--longest", "0"],
            "longest must be a whole number above 0",
        ),
        (
            ["generate", "runs/attentive", "a x"],
            "'a x' has 'x', which the vocabulary of runs/attentive lacks",
        ),
        (["generate", "runs/attentive", "a\nx"], "'a x' has 'x'"),
        (
            ["generate", "runs/other", "a", "--beam", "2", "--coverage-penalty", "1"],
            "coverage_penalty needs attention",
        ),
        (
            ["generate", "runs/attentive", "a", "--coverage-penalty", "1"],
            "--coverage-penalty needs --beam K",
        ),
        (["generate", "runs/other", "a", "--replace-unknown"], "has no attention"),
        (
            ["generate", "runs/attentive", "a", "--n-best", "2"],
            "--n-best 2 needs as many hypotheses: --beam 2",
        ),
        (["generate", "runs/attentive", "a", "--n-best", "3", "--beam", "2"], "--beam 3"),
        (
            ["generate", "runs/attentive", "a", "--n-best", "0"],
            "--n-best must be a whole number above 0",
        ),
        (["generate", "runs/attentive", "a", "--beam", "2", "--sample", "2"], "choose one"),
        (["generate", "runs/attentive", "a", "--top-k", "2"], "--top-k needs --sample N"),
        (["generate", "runs/attentive", "a", "--groups", "2"], "--groups needs --beam K"),
        (
            ["generate", "runs/attentive", "a", "--beam", "3", "--groups", "2"],
            "3 cannot be cut into 2 equal groups",
        ),
        (
            ["generate", "runs/attentive", "a", "--sample", "1", "--top-p", "0"],
            "top_p must be a number above 0 up to 1",
        ),
        (
            ["generate", "runs/attentive", "a", "--prefix", "a x"],
            "'a x' has 'x', which the target vocabulary lacks",
        ),
        (
            ["generate", "runs/attentive", "a", "--prefix", "a b c", "--max-length", "2"],
            "has 3 tokens, and an output at most 2",
        ),
        (
            ["generate", "runs/attentive", "a", "--forbid", "a b"],
            "--forbid takes a single token, and 'a b' is 2",
        ),
        (
            ["generate", "runs/attentive", "a", "--no-repeat-ngram", "-1"],
            "no_repeat_ngram must be a whole number of at least 0",
        ),
        (["generate", "runs/attentive", "a", "--with", "nowhere"], "nowhere is not a run folder"),
        (
            ["generate", "runs/attentive", "a", "--with", "runs/other"],
            "runs/other has other tokenizers than runs/attentive",
        ),
        (["generate", "runs/attentive", "a", "--beam", "-1"], "--beam must be .*, got -1"),
        (["generate", "runs/attentive", "a", "--max-length", "0"], "--max-length must be"),
        (["evaluate", "runs/attentive", "--max-length", "0"], "--max-length must be"),
        (
            ["generate", "runs/attentive", "a", "--min-length", "9", "--max-length", "5"],
            "--min-length 9 is above --max-length 5",
        ),
        (
            ["generate", "runs/attentive", "a", "--min-ratio", "2", "--max-ratio", "1"],
            "--min-ratio 2.0 is above --max-ratio 1.0",
        ),
        (
            ["generate", "runs/attentive", "a", "--beam", "2", "--diversity", "1"],
            "--diversity needs --groups",
        ),
        (["generate", "runs/attentive", "a \udcff"], "'a .xff' is not UTF-8"),
        (["align", "runs/attentive", "a", "--output", "\udcff"], "is not UTF-8"),
        (["show", "g2p", "--batch", "3"], "g2p is a task; --batch is for models"),
        (["show", "t5_nano", "--source-length", "1000000000000"], "--source-length must be"),
        (["show", "t5_nano", "--source-length", "1000000000"], "too large to be counted"),
        (
            ["train", "t5_nano", "reverse", "--epochs", "1", "--steps", "5"],
            "give one of them",
        ),
        (
            ["train", "t5_nano", "reverse", *TASK, "--set", "units=1000000000"],
            "training t5_nano with units=1000000000 takes at least .* are free here; "
            "lower --set units",
        ),
        (
            ["generate", "runs/attentive", "a", "--beam", "2000000000"],
            "a search keeps at most 10,000 hypotheses per source, got 2,000,000,000",
        ),
        (
            ["train", "bart_nano", "reverse", *TASK, "--set", "max_positions=2"],
            "bart_nano cannot be built with .*max_positions=2: 3 positions are more than the 2",
        ),
        (["train", "t5_nano", "reverse", "--seed", "99999999999"], "--seed must be at most"),
        (["score", "nowhere"], "nowhere is not a run folder"),
        (["align", "runs/attentive", "a", "--out", "x.txt"], "must end in .png, .svg or .pdf"),
        (
            ["align", "runs/attentive", "a", "--out", "no/x.png"],
            "cannot read or write no/x.png: No such file or directory",
        ),
        (["align", "runs/attentive", "a x"], "'x'"),
        (["align", "runs/attentive", "a", "--output", "b y"], "'y'"),
        (["align", "runs/attentive", ""], "the source is empty"),
        (["align", "runs/lstm_seq2seq_nano-reverse-s0", "a"], "has no attention"),
    ],
)
def test_bad_input_is_one_clear_line(here, refused, words, message):
    before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}
    assert re.search(message, refused(*words))
    assert {path: path.read_bytes() for path in here.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    "data, outputs, message",
    [
        (b"", 0, "standard input has no line, so there is nothing to do"),
        (b"a\n\nb\n \n", 1, "line 2 of standard input is empty"),
        (b"a\nb\nx\na\n", 2, "line 3 of standard input: 'x' has 'x'"),
        (b"x\n", 0, "line 1 of standard input: 'x' has 'x'"),
        (b"a\n\xff\n", 1, "line 2 of standard input is not UTF-8: byte 0xff at column 1"),
        (b"a\nb \xc3", 1, "line 2 of standard input is not UTF-8"),
    ],
)
def test_outputs_before_a_bad_line_are_written(here, capsys, monkeypatch, data, outputs, message):
    type_in(monkeypatch, data)
    assert main(["generate", "runs/attentive"]) == 2
    written, complaint = capsys.readouterr()
    assert len(written.splitlines()) == outputs
    assert message in complaint and complaint.splitlines()[-1].startswith("zoo: ")


@pytest.mark.parametrize(
    "data, scores, message",
    [
        (b"a b\n", 0, "line 1 of standard input is not SOURCE, a tab, TARGET: 'a b'"),
        (b"a\tb\na\t \n", 1, "line 2 of standard input is not SOURCE"),
        (b"a\tb\nb\ta\na\tx\n", 2, "line 3 of standard input: 'x' has 'x'"),
        (b"a\tx\n", 0, "line 1 of standard input: 'x' has 'x'"),
        (b"a\tb\n\xc3\ta\n", 1, "line 2 of standard input is not UTF-8"),
        (b"", 0, "standard input has no line"),
    ],
)
def test_scores_before_a_bad_pair_are_written(here, capsys, monkeypatch, data, scores, message):
    type_in(monkeypatch, data)
    assert main(["score", "runs/attentive"]) == 2
    written, complaint = capsys.readouterr()
    assert len(written.splitlines()) == scores and message in complaint


@pytest.mark.parametrize("file", ["config.json", "best.weights.h5"])
def test_a_broken_run(here, refused, tmp_path, file):
    for path in (here / "runs/attentive").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes()[: 90 if path.name == file else None])
    assert f"{file} is broken" in refused("generate", tmp_path, "a")


def test_a_loss_that_is_not_finite(here, capsys, tmp_path):
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
