"""`python -m benchmarks probe`: each probe is found, explained and called."""

import re

import numpy as np
import pytest

from benchmarks.__main__ import main
from benchmarks.probes import probes
from benchmarks.probes.same_variant import false_differences
from benchmarks.resampling import Scores, resample
from tests.benchmarks.test_statistics import RATE, draw


def test_the_help_says_what_each_probe_does(capsys):
    with pytest.raises(SystemExit):
        main(["probe", "--help"])
    text = capsys.readouterr().out
    for name, what in probes().items():
        assert re.search(rf"  {name} +{re.escape(what)}\n", text) and len(what) > 20


@pytest.mark.parametrize(
    "words, message",
    [
        (["servin"], "unknown probe 'servin'; nearest: serving"),
        (["same_variant", "x"], "the probe same_variant takes no names, got x"),
        (["many_examples", "pear"], "unknown kind 'pear'; nearest: pairs"),
        (["interruptions", "qick"], "quick"),
        (["killed_training", "frame"], "unknown source 'frame'; nearest: frames"),
        ([], "required: PROBE"),
    ],
)
def test_mistakes_get_one_line(capsys, words, message):
    assert main(["probe", *words]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ") and message in said and said.count("\n") == 1


def test_all_halves_of_the_same_runs_are_compared_once():
    runs = draw(np.random.default_rng(4), 6)
    [scores] = resample({"one": runs}, RATE, trials=200).values()
    compared, different = false_differences(scores, 3)
    assert (compared, different) == (10, 0)  # ways to halve six runs
    assert false_differences(scores, 2)[0] == 45
    planted = Scores(
        scores.observed + [0, 0, 0, 50, 50, 50], scores.resampled + [0, 0, 0, 50, 50, 50]
    )
    assert false_differences(planted, 3)[1] == 1  # the halves that differ
