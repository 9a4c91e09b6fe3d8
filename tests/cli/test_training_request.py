"""What `zoo train` is asked for, checked before TensorFlow is loaded."""

import pytest

from zoo.cli.main import make_parser
from zoo.cli.training_request import read_request
from zoo.errors import ZooError


def request(*words):
    """The request of the words after `zoo train`."""
    return read_request(make_parser().parse_args(["train", *words]))


def test_a_request_holds_what_was_given_and_nothing_else():
    found = request(
        *("transformer", "reverse", "--set", "units=8", "--task-option", "symbols=5"),
        *("--epochs", "3", "--no-compiled"),
    )
    assert (found.name, found.checkpoint, found.overrides) == ("transformer", False, {"units": 8})
    assert (found.task_name, found.task_options) == ("reverse", {"symbols": 5})
    assert found.fields == {"epochs": 3, "compiled": False}
    assert found.label == "transformer-reverse"
    assert len(found.load_task().source_tokenizer.get_config()["symbols"]) == 5


def test_ones_own_data_take_the_place_of_a_task():
    found = request("t5_nano", "--data", "a/x.de.gz", "a/x.en.gz", "--columns", "de", "en")
    assert found.task_name == "files" and found.label == "t5_nano-x-x"
    assert found.task_options == {"data": ["a/x.de.gz", "a/x.en.gz"], "columns": ["de", "en"]}


def test_a_checkpoint_is_known_by_its_folder_or_its_owner(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "t5"}')
    for name in (str(tmp_path), "google-t5/t5-small"):
        assert request(name, "reverse").checkpoint
    assert request("google-t5/t5-small", "reverse").label == "t5-small-reverse"


@pytest.mark.parametrize(
    "model, option, message",
    [
        ("t5_nano", "columns=[1,2]", "--task-option columns is what --columns says; leave it out"),
        ("t5_nano", "data=b.tsv", "--task-option data is what --data says"),
        ("google-t5/t5-small", "vocabulary=9", "leave out vocabulary: the checkpoint has its own"),
    ],
)
def test_an_option_that_would_be_ignored_is_refused(model, option, message):
    with pytest.raises(ZooError, match=message):
        request(model, "--data", "a.tsv", "--task-option", option)


@pytest.mark.parametrize(
    "words, message",
    [
        (["train", "--data", "a.tsv", "t5_nano"], "name a model before --data, which takes every"),
        (["train"], "name a model and a task"),
        (["train", "t5_nano"], "name a model and a task"),
        (
            ["train", "t5_nano", "reverse", "--data", "a.tsv"],
            "--data takes the place of a task; leave out reverse or --data",
        ),
        (
            ["train", "t5_nano", "reverse", "--columns", "a", "b"],
            "--columns names the columns of --data FILE",
        ),
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
        (["train", "t5_nano", "reverse", "--epochs", "1", "--steps", "5"], "give one of them"),
        (["train", "t5_nano", "reverse", "--seed", "99999999999"], "--seed must be at most"),
    ],
)
def test_a_mistake_is_one_clear_line(mistake, words, message):
    mistake(words, message)
