"""Every command that a page shows can be read by its program, even if running it takes hours."""

import re
import shlex

import pytest

import benchmarks.__main__ as program
from benchmarks.suite import REPOSITORY
from tests.docs.blocks import DOCS
from zoo.cli.main import make_parser

PAGES = [*sorted(DOCS.glob("*.md")), REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md"]
SHELL = re.compile(r"^```(?:shell|bash|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?:^|[ /])(zoo|python -m benchmarks)(?= |$)(.*)$")


class Parsed(Exception):
    """The words of a command were read, and it would begin."""


def commands(page):
    """Pairs of program and words of the commands in the shell blocks of a page."""
    text = "\n".join(SHELL.findall(page.read_text(encoding="utf-8"))).replace("\\\n", " ")
    lines = [
        re.split(r" [|>] ?", line)[-1 if line.startswith(("$ printf", "printf")) else 0]
        for line in text.splitlines()
    ]
    found = [COMMAND.search(line) for line in lines if not line.startswith("#")]
    return [(match[1], shlex.split(match[2])) for match in found if match]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_of_a_page_are_read(page, monkeypatch):
    parse = program.Parser.parse_args

    def stop(self, words=None, namespace=None):
        raise Parsed(parse(self, words, namespace))

    monkeypatch.setattr(program.Parser, "parse_args", stop)
    for name, words in commands(page):
        if name == "zoo":
            make_parser().parse_args(words)
            continue
        with pytest.raises(Parsed) as read:
            program.main(words)
        options = read.value.args[0]
        if getattr(options, "suite", "").isidentifier():
            assert options.suite in program.suite_names(), words
        for row in getattr(options, "rows", []):
            assert (REPOSITORY / row).exists(), row


def test_the_pages_show_commands_of_both_programs():
    found = [pair for page in PAGES for pair in commands(page)]
    assert len([words for name, words in found if name == "zoo"]) > 30
    assert len([words for name, words in found if name != "zoo"]) > 8
