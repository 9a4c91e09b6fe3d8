"""`python -m benchmarks probe`: each probe is found, explained and called."""

import re

import pytest

from benchmarks.__main__ import main
from benchmarks.probes import probes


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
        ([], "required: PROBE"),
    ],
)
def test_mistakes_get_one_line(capsys, words, message):
    assert main(["probe", *words]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ") and message in said and said.count("\n") == 1
