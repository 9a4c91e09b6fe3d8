"""Every command that a page shows can be read by its program, even if running it takes hours."""

import argparse
import contextlib
import io
import re
import shlex

import pytest

import benchmarks.__main__ as program
from benchmarks.suite import REPOSITORY
from tests.benchmarks.committed import compared
from tests.docs.blocks import DOCS
from zoo import registry
from zoo.cli.main import make_parser

PAGES = [*sorted(DOCS.glob("*.md")), REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md"]
SHELL = re.compile(r"^```(?:shell|bash|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
OTHERS = ("pip", "python docs/build.py", "python -m pytest", "docker", "sbatch", "ray")  # programs
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


def test_options_in_sentences_and_tables_are_those_of_a_command():
    parsers = [*every_parser(make_parser()), *map(help_of, program.COMMANDS.values())]
    known = {word for text in parsers for word in re.findall(r"--[a-z][a-z-]*", text)}
    for page in PAGES:
        prose = FENCED.sub("", page.read_text(encoding="utf-8"))
        named = {
            word
            for code in re.findall(r"`([^`]+)`", prose)
            if not code.startswith(OTHERS)
            for word in re.findall(r"(?<!\S)--[a-z][a-z-]*", code)
        }
        assert named <= known, page.name


def every_parser(parser):
    """The help of a parser and of its commands."""
    deeper = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    found = [parser.format_help()]
    for command in {id(x): x for a in deeper for x in a.choices.values()}.values():
        found += every_parser(command)
    return found


def help_of(command):
    """What a command of the benchmarks prints as its help."""
    with contextlib.redirect_stdout(io.StringIO()) as printed, contextlib.suppress(SystemExit):
        command(["--help"])
    return printed.getvalue()


def test_the_pages_show_commands_of_both_programs():
    found = [pair for page in PAGES for pair in commands(page)]
    assert len([words for name, words in found if name == "zoo"]) > 30
    assert len([words for name, words in found if name != "zoo"]) > 8


def test_the_answers_of_the_choosing_page_can_be_trained(monkeypatch):
    monkeypatch.syspath_prepend(DOCS)
    import choosing_answers

    names = [name for name in choosing_answers.NEEDS if (REPOSITORY / "results" / name).is_dir()]
    for name in names:
        [_, table, _] = choosing_answers.answers({name: compared(name)[1]}, [])
        commands = re.findall(r"`zoo (train [^`]*)`", table)
        assert commands or name == "pretraining"  # which takes more than one command
        for command in commands:
            options = make_parser().parse_args(shlex.split(command))
            known = registry.models.overrides(options.model)
            assert {word.partition("=")[0] for word in options.set} <= known.keys()
