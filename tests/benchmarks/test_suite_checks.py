"""Suites that cannot be run are refused in one line, before anything runs."""

import subprocess
import sys

import pytest

from benchmarks.suite import REPOSITORY
from tests.benchmarks.suite_file import GOOD
from zoo.errors import ZooError


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("[tasks.reverse]", "[tasks.reverse", "."),
        ('title = "T"', "", "it lacks 'title'"),
        (
            "threads = 1",
            "threads = 1\nscord = false",
            "unknown key of a suite 'scord'; nearest: sco",
        ),
        ("threads = 1", "threads = 1\nscored = 3", "scored must be true or false, got 3"),
        ("threads = 1", "threads = 1\njobs = -1", "jobs must be a whole number from 0, got -1"),
        ("threads = 1", "threads = 0", "threads"),
        ("threads = 1", "threads = 1\nextra = 3", "extra"),
        ("options = {", "option = {", "option"),
        ("length_edges", "edges = 3\nlength_edges", "edges"),
        ("length_edges = [1, 21]", "", "lacks 'length_edges'"),
        ('"t5_nano", "tr', '"t5_tinny", "tr', "unknown model 't5_tinny'; nearest: t5_nano"),
        (
            '"t5_nano", "tr',
            '"t5_nano positons=rotary", "tr',
            "t5_nano takes no 'positons'; valid: .*units",
        ),
        ('"t5_nano", "tr', '"t5_nano depth=two", "tr', "depth must be a whole number, got 'two'"),
        ('"t5_nano", "tr', '"t5_nano depth", "tr', "expected KEY=VALUE, got 'depth'"),
        ("[tasks.reverse]", "[tasks.revers]", "unknown task 'revers'; nearest: reverse"),
        ("{ epochs = 2 }", "{ epoch = 2 }", "unknown recipe field 'epoch'; nearest: epochs"),
        ("{ epochs = 2 }", "{ epochs = -1 }", "epochs must be"),
        ("{ epochs = 2 }", "3", "."),
        ("[0, 1]", "[0]\nlearning_rates = [-1]", "learning_rate must be a number above 0"),
        ("[0, 1]", "[0]\nmargin = 0.001", "within the margin of 0%"),
        ("[0, 1]", "[0]\nmargin = 2", "margin must be"),
        ("options", "budget = { tokes = 3 }\noptions", "unknown budget 'tokes'; nearest: tokens"),
        (
            "options",
            "budget = { tokens = 0 }\noptions",
            "budget of reverse must be a number",
        ),
        ("options", "budget = { tokens = 1, flops = 1 }\noptions", "must be one of tokens"),
        ("options", 'models = "t5_nano"\noptions', "models of reverse must be a list"),
        ("options", 'split = "train"\noptions', "unknown split 'train'"),
        ("[0, 1]", "[0, 0]", "twice"),
        ("[0, 1]", "[]", "no cell"),
        ("[0, 1]", "[-1]", "seed"),
        ("[0, 1]", "3", "."),
        ("beam = {", "greedy = {", "a decoder is called 'greedy'; take another word"),
        ("beam = {", '"a:b" = {', "a decoder is called 'a:b'"),
        ("{ size = 2 }", "{ sizes = 2 }", "the decoder beam: .*sizes"),
        ("{ size = 2 }", "{ size = 0 }", "the decoder beam: beam_size must be a whole number"),
        ("{ size = 2 }", "{ length_penalty = -1 }", "beam: length_penalty must be a number of at"),
        ("{ size = 2 }", "3", "the decoder beam: .*"),
        ("symbols = 5", "symbol = 5", "reverse takes no 'symbol'"),
        ("[1, 21]", "[1]", "length_edges of reverse must be rising whole numbers, got .1."),
        ("[1, 21]", "[21, 1]", "length_edges of reverse must be rising"),
        ("[0, 1]", '[0]\nrates = "rats"', "rates = 'rats' names no suite of the zoo that tries"),
        ("[0, 1]", '[0]\nrates = "x"', "rates = 'x' names no suite of the zoo that tries"),
    ],
)
def test_a_suite_that_does_not_fit(write, old, new, message):
    assert old in GOOD
    with pytest.raises(ZooError, match=f"x.toml does not fit a suite: .*{message}") as found:
        write(GOOD.replace(old, new))
    assert "\n" not in str(found.value)


def test_plain_beams_are_checked_without_tensorflow():
    code = (
        "import sys; from benchmarks.suite_checks import check_decoders; "
        "check_decoders({'beam': {'size': 4, 'length_penalty': 0.6}}); "
        "sys.exit('tensorflow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY).returncode == 0
