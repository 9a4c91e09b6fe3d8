"""The grammar of the command, and the one line and exit status of every kind of error."""

import argparse

import pytest

from zoo.cli import main as module
from zoo.cli.main import main
from zoo.data.readers.oddities import DataWarning
from zoo.errors import ZooError


def test_help_and_version(capsys):
    for words in (["--help"], ["--version"], ["train", "--help"]):
        with pytest.raises(SystemExit) as found:
            main(words)
        assert found.value.code == 0 and capsys.readouterr().out


@pytest.fixture
def failing(monkeypatch, capsys):
    """Makes the command raise an error; returns its status and what it complains."""

    def run(error):
        def command(options):
            raise error

        parser = argparse.ArgumentParser()
        parser.set_defaults(command=command)
        monkeypatch.setattr(module, "make_parser", lambda: parser)
        return main([]), capsys.readouterr().err

    return run


@pytest.mark.parametrize(
    "error, status, complaint",
    [
        (ZooError("two\nlines"), 2, "zoo: two lines\n"),
        (ZooError("a \x1b[31m colour"), 2, "zoo: a \\x1b[31m colour\n"),
        (KeyboardInterrupt(), 130, "zoo: stopped\n"),
        (
            OSError(28, "No space left on device", "a/b"),
            2,
            "zoo: cannot read or write a/b: No space left on device; existing files are as they "
            "were\n",
        ),
        (
            MemoryError("of 9 GiB"),
            2,
            "zoo: out of memory (of 9 GiB); lower the size of the model, or use a machine with "
            "more memory\n",
        ),
    ],
    ids=["mistake", "control characters", "Ctrl-C", "full disk", "memory"],
)
def test_an_error_is_one_line_and_an_exit_status(failing, error, status, complaint):
    assert failing(error) == (status, complaint)


def test_out_of_memory_names_the_options_of_the_command():
    options = argparse.Namespace(beam=None, limit=3, tokens=False)  # a flag is not a size
    assert module.what_to_lower(options) == "--beam, --limit or the size of the model"


def test_a_bug_keeps_its_traceback(failing):
    with pytest.raises(ZeroDivisionError):
        failing(ZeroDivisionError())


def test_what_is_odd_about_data_is_one_line(capsys):
    import warnings

    with module.warnings_on_a_line():
        warnings.warn("3 pairs left out", DataWarning, stacklevel=1)
    assert capsys.readouterr().err == "zoo: 3 pairs left out\n"


@pytest.mark.parametrize(
    "words, message",
    [
        ([], "required: COMMAND"),
        (["inspect", "a.tsv"], "nearest: data inspect, "),
        (["trian"], "argument COMMAND: unknown choice 'trian'; nearest: train"),
        (["train", "a", "b", "--lr", "1"], r"no option --lr \(nearest: --learning-rate\)"),
        (
            ["generate", "x", "--nbest", "2"],
            "option --nbest .nearest: --n-best, .*see: zoo generate",
        ),
        (["generate", "x", "--nbest", "2", "--", "--beam"], "there is no option --nbest"),
        (["train", "a", "b", "c"], "unrecognized arguments: c; see: zoo train --help"),
        (["list", "--frob"], "there is no option --frob .*; see: zoo list --help"),
    ],
)
def test_a_mistake_is_one_clear_line(mistake, words, message):
    mistake(words, message)


@pytest.mark.parametrize(
    "words, expected",
    [
        ("generate RUN --beam 2 text more", {"run": "RUN", "text": ["text", "more"]}),
        ("train t5_nano --epochs 1 reverse", {"model": "t5_nano", "task": "reverse"}),
        ("generate RUN text --beam 2", {"text": ["text"]}),
        ("generate RUN --beam 2 -- -5", {"beam": 2, "text": ["-5"]}),
        ("generate RUN --beam 2 a -- -5 -- --x", {"text": ["a", "-5", "--", "--x"]}),
        ("generate RUN --beam 2 --", {"text": []}),
        ("serve RUN --name a.org --name b", {"names": ["RUN"], "hosts": ["a.org", "b"]}),
    ],
)
def test_options_may_stand_before_the_last_words(words, expected):
    found = vars(module.make_parser().parse_args(words.split()))
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize(
    "words", ["train t5_nano --epochs 1 reverse copy", "train t5_nano reverse --epochs 1 copy"]
)
def test_words_that_no_argument_takes_are_refused(words):
    with pytest.raises(ZooError, match="unrecognized arguments"):
        module.make_parser().parse_args(words.split())
