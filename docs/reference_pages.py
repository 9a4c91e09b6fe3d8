"""The pages of commands, recipe fields and suite fields, read from the code."""

import contextlib
import dataclasses
import io
import json
import os
import re
import subprocess
import sys
import unittest.mock

from markup import fence, table

import benchmarks.__main__
from benchmarks.suite import Suite, suite_file
from zoo.errors import ZooError
from zoo.registry.docstrings import described
from zoo.runs.recipe import DECAYS, DISTRIBUTIONS, OPTIMIZERS, PRECISIONS, Recipe

COMMAND = re.compile(r"^    ([a-z-]+) ", re.MULTILINE)  # a line of `zoo --help`
WIDTH = "96"  # columns of a help text
CHOICES = {"optimizer": OPTIMIZERS, "decay": DECAYS, "precision": PRECISIONS}


def help_of(*words):
    """What `zoo WORDS --help` prints."""
    done = subprocess.run(
        [sys.executable, "-m", "zoo", *words, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"COLUMNS": WIDTH},
    )
    return done.stdout.replace("python -m zoo", "zoo").strip()


def commands_page():
    """The page of the command line."""
    parts = [
        "# Command line",
        "`zoo COMMAND --help` prints the same. A mistake is answered in one line, with exit "
        "status 2; Ctrl-C ends with 130, and loses nothing.",
    ]
    for name in COMMAND.findall(help_of()):
        parts += [f"## zoo {name}", fence("text", help_of(name))]
    return "\n\n".join(parts) + "\n"


def benchmark_commands_page():
    """The page of the commands of `python -m benchmarks`."""
    parts = [
        "# Benchmark commands",
        "`python -m benchmarks COMMAND --help` prints the same; without a command, it runs a "
        "suite. [The comparison](../comparison.md) says what rows are and how they are judged.",
    ]
    for name, command in benchmarks.__main__.COMMANDS.items():
        printed = io.StringIO()
        with (
            contextlib.redirect_stdout(printed),
            contextlib.suppress(SystemExit),
            unittest.mock.patch.dict(os.environ, COLUMNS=WIDTH),
        ):
            command(["--help"])
        parts += [
            f"## python -m benchmarks {name}",
            fence("text", printed.getvalue().strip()),
        ]
    return "\n\n".join(parts) + "\n"


def values_of(name):
    """The values that a field of a recipe takes, in the words in which it refuses others."""
    if name in CHOICES:
        return ", ".join(f"`{value}`" for value in CHOICES[name])
    try:
        Recipe(**{name: "?"})
    except ZooError as error:
        return re.fullmatch(rf"{name} must be (.*), got '\?'", str(error))[1]
    raise AssertionError(f"a recipe takes any {name}")


def recipe_page():
    """The page of the recipe's fields."""
    explained = described(Recipe.__doc__)
    rows = [
        (f"`{name}`", f"`{default!r}`", values_of(name), explained[name])
        for name, default in Recipe.fields().items()
    ]
    parts = [
        "# Recipe fields",
        "Every field of [`zoo.Recipe`](../api.md) is also an option of `zoo train`: `clip_norm` is "
        "`--clip-norm`. [Recipes](../recipes.md) says when to change which.",
        table(("Field", "Default", "Values", "Meaning"), rows),
        f"`--devices` of `zoo train` takes {' or '.join(f'`{x}`' for x in DISTRIBUTIONS)}.",
    ]
    return "\n\n".join(parts) + "\n"


def default_of(field):
    """The default of a field of a dataclass as it stands in a TOML file."""
    if field.default is dataclasses.MISSING:
        return "required"
    return "`[]`" if field.default == () else f"`{json.dumps(field.default)}`"


def suite_fields_page():
    """The page of what a suite file holds."""
    explained = described(Suite.__doc__.replace("Attributes:", "Args:"))
    rows = [
        (f"`{field.name}`", default_of(field), explained[field.name])
        for field in dataclasses.fields(Suite)
        if field.name not in ("name", "file")
    ]
    parts = [
        "# Suite fields",
        "A suite is a TOML file of `benchmarks/suites`, or one of your own: "
        "`python -m benchmarks my_suite.toml`. Mistakes in it are reported before anything runs.",
        table(("Field", "Default", "Meaning"), rows),
        "An example, the quick suite:",
        fence("toml", suite_file("quick").read_text(encoding="utf-8").strip()),
    ]
    return "\n\n".join(parts) + "\n"
