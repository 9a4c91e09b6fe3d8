"""Runs the fenced blocks of a documentation page, and compares what they print with the output that
the page shows.
"""

import contextlib
import dataclasses
import doctest
import io
import os
import pathlib
import re
import runpy
import shlex
import subprocess
import sys

import pytest

import benchmarks.__main__
import zoo.cli.main
from zoo import registry

DOCS = pathlib.Path(__file__).parents[2] / "docs"
FENCE = re.compile(
    r"^```(?:\{code-block\} )?(\w+)\n(?::caption: (\S+)\n\n)?(.*?)^```$", re.MULTILINE | re.DOTALL
)
COMMAND = re.compile(
    r"(?P<setting>ZOO_VARIANTS=(?P<variants>\S+) )?(?:(?P<text>printf '[^']*') \| )?"
    r"(?P<program>zoo|python -m benchmarks|python(?: -I)?(?= \w+\.py$| -c )) (?P<words>.*)",
    re.DOTALL,
)
DECIMALS = re.compile(r"-?\d+\.\d+(e[-+]?\d+)?")


@dataclasses.dataclass(frozen=True)
class Block:
    """A fenced block: its language, text, caption or None, line in the page, and the output shown
    right below it or None.
    """

    kind: str
    text: str
    caption: str | None
    line: int
    expected: str | None


def read_blocks(path):
    """The blocks of a page in order. A `text` block right below another one is its output."""
    page, blocks = path.read_text(encoding="utf-8"), []
    found = list(FENCE.finditer(page))
    for this, following in zip(found, [*found[1:], None]):
        below = (
            following
            and following[1] == "text"
            and not page[this.end() : following.start()].strip()
        )
        blocks.append(
            Block(
                this[1],
                this[3],
                this[2],
                page[: this.start(3)].count("\n"),
                following[3] if below else None,
            )
        )
    return blocks


def run_blocks(path, folder, python_path=()):
    """Runs the `python` blocks in one namespace and the `$ ` lines of the `console` blocks in a
    shell, both in `folder`.

    A block with a caption is a file: it is written under the caption's name.
    """
    namespace, environment = {"__name__": "page"}, dict(os.environ)
    environment["PATH"] = os.pathsep.join(
        [str(pathlib.Path(sys.executable).parent), environment["PATH"]]
    )
    environment["PYTHONPATH"] = os.pathsep.join(map(str, python_path))
    for block in read_blocks(path):
        where = f"{path.name}, line {block.line}"
        if block.caption:
            (folder / block.caption).write_text(block.text, encoding="utf-8")
        elif block.kind == "python":
            printed = run_python(block, where, namespace)
        elif block.kind == "console":
            printed = run_console(block, where, folder, environment)
        else:
            continue
        if block.expected is not None:
            compare(block.expected, printed, where)


def run_python(block, where, namespace):
    """What a `python` block prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile("\n" * block.line + block.text, where, "exec"), namespace)
    return printed.getvalue()


def run_console(block, where, folder, environment):
    """What the commands of a `console` block print; each must exit 0."""
    printed = ""
    for command in re.findall(r"^\$ ((?:.*\\\n)*.*)$", block.text, re.MULTILINE):
        if here := COMMAND.fullmatch(command):
            status, output, complaints = run_here(here, folder)
        else:
            status, output, complaints = run_shell(command, folder, environment)
        assert status == 0, (
            f"{where}: {command}\nexits {status}: {output[-2000:]}{complaints[-4000:]}"
        )
        printed += output
    return printed


def run_shell(command, folder, environment):
    """Exit status, output and complaints of a command."""
    done = subprocess.run(
        command, shell=True, cwd=folder, env=environment, capture_output=True, text=True
    )
    return done.returncode, done.stdout, done.stderr


def run_script(words):
    """Runs a Python file, or the code after `-c`."""
    if words[0] == "-c":
        exec(words[1], {"__name__": "__main__"})
    else:
        runpy.run_path(words[0], run_name="__main__")
    return 0


class NoZoo:
    """A finder before all others, to which the zoo is not installed."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.split(".")[0] == "zoo":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def run_script_without_zoo(words):
    """Runs a script that cannot import the zoo."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in sys.modules if name.split(".")[0] == "zoo"]:
            patch.delitem(sys.modules, name)
        patch.setattr(sys, "meta_path", [NoZoo, *sys.meta_path])
        return run_script(words)


PROGRAMS = {
    "zoo": zoo.cli.main.main,
    "python -m benchmarks": benchmarks.__main__.main,
    "python": run_script,
    "python -I": run_script_without_zoo,
}


def run_here(command, folder):
    """Runs a command of the zoo in this process, since a new one would load TensorFlow again.

    Args:
        command: match of `COMMAND`. The command may read what a `printf` writes.
        folder: path that it runs in.

    Returns:
        What `run_shell` does.
    """
    output, complaints = io.StringIO(), io.StringIO()
    written = subprocess.run(command["text"] or "true", shell=True, capture_output=True, check=True)
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(complaints),
    ):
        patch.chdir(folder)
        patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(written.stdout), encoding="utf-8"))
        if command["setting"]:
            patch.setenv("ZOO_VARIANTS", command["variants"])
            registry.import_variants()
        words = shlex.split(command["words"].replace("\\\n", " "))
        status = PROGRAMS[command["program"]](words)
    return status, output.getvalue(), complaints.getvalue()


def compare(expected, printed, where):
    """Fails unless the output is as shown, but for decimals, white space, and what stands where the
    page has `...`.
    """
    expected, printed = (
        re.sub(r"-{2,}", "--", DECIMALS.sub("#", text)) for text in (expected, printed)
    )
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    assert doctest.OutputChecker().check_output(expected, printed, flags), (
        f"{where}: shown\n{expected}\nprinted\n{printed}"
    )
