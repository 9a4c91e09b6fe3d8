"""The `zoo` command.

Each module of `COMMANDS` declares the arguments of its commands beside the functions that run them.
Nothing here imports TensorFlow before a command needs it, so that help and lists come at once.
"""

import argparse
import contextlib
import os
import re
import sys
import warnings

import zoo
from zoo.backend import is_out_of_memory
from zoo.cli import (
    align,
    baseline,
    data,
    doctor,
    evaluate,
    export,
    find_lr,
    generate,
    push,
    runs,
    serve,
    show,
    train,
)
from zoo.cli.search_options import flag
from zoo.data.readers.oddities import DataWarning
from zoo.errors import UnknownName, ZooError, first_line
from zoo.printable import printable
from zoo.registry import LARGEST

COMMANDS = (
    show,
    data,
    train,
    find_lr,
    runs,
    evaluate,
    baseline,
    generate,
    align,
    serve,
    doctor,
    export,
    push,
)
# Options that a user can lower where memory runs out, whichever of them the command has.
SIZES = ("tokens", "beam", "sample", "max_length", "limit", "longest", "batch", "source_length")
# What argparse says of a value that is not among the choices.
CHOICE = re.compile(r"(argument .*): invalid choice: '?(.*?)'? \(choose from (.*)\)")
USUAL = {  # what other programs call an option
    "--batch-size": "--tokens",
    "--lr": "--learning-rate",
    "--max-epochs": "--epochs",
}


def main(arguments: list[str] | None = None) -> int:
    """Runs the command.

    Args:
        arguments: the words after `zoo`; None means those of this process.

    Returns:
        The exit status: 0; 2 for a mistake or a failed write; 130 after Ctrl-C.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a locale without UTF-8 must not stop an output
            stream.reconfigure(errors="backslashreplace")
    try:
        options = make_parser().parse_args(arguments)
        check_sizes(options)
        with warnings_on_a_line():
            options.command(options)
        sys.stdout.flush()
        return 0
    except ZooError as error:
        complain(error)
        return 130 if type(error).__name__ == "Interrupted" else 2
    except BrokenPipeError:  # the reader of a pipe, such as head, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        complain(
            f"cannot read or write{where}: {error.strerror or error}; "
            "existing files are as they were"
        )
        return 2
    except KeyboardInterrupt:
        complain("stopped")
        return 130
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        lower = f"lower {what_to_lower(options)}, or use a machine with more memory"
        complain(f"out of memory ({first_line(error)[:200]}); {lower}")
        return 2


def check_sizes(options):
    """Raises `ZooError` for a whole number that TensorFlow could not hold."""
    for name, value in vars(options).items():
        if type(value) is int and abs(value) > LARGEST:
            raise ZooError(f"{flag(name)} must be at most {LARGEST}, got {value}")


def what_to_lower(options):
    """The options of a command that decide how much memory it takes, in words."""
    known = [flag(name) for name in SIZES if not isinstance(getattr(options, name, False), bool)]
    return f"{', '.join(known)}{' or ' if known else ''}the size of the model"


def complain(message):
    """Prints one line to standard error."""
    sys.stdout.flush()
    print("zoo:", printable(" ".join(str(message).splitlines())), file=sys.stderr)


@contextlib.contextmanager
def warnings_on_a_line():
    """Shows what is odd about data as one line each, and every other warning as Python does."""
    with warnings.catch_warnings():
        usual = warnings.showwarning

        def show_warning(message, category, *where):
            if category is DataWarning:
                complain(message)
            else:
                usual(message, category, *where)

        warnings.simplefilter("always", DataWarning)
        warnings.showwarning = show_warning
        yield


class Parser(argparse.ArgumentParser):
    """A parser that complains in one line, as everything else here does."""

    def error(self, message):
        if chosen := CHOICE.fullmatch(message):
            what, name, choices = chosen.groups()
            known = re.findall(r"[\w-]+", choices)
            known += ["data inspect"] * ("data" in known)  # the one command of two words
            nearest = UnknownName("choice", name, known).nearest
            hint = f"nearest: {', '.join(nearest)}" if nearest else f"choose from {choices}"
            message = f"{what}: unknown choice '{name}'; {hint}"
        raise ZooError(f"{message}; see: {self.prog} --help")

    def parse_args(self, args=None, namespace=None):
        """Parses the words of a command. Unknown options are told with the nearest ones."""
        found, unknown = self.parse_known_args(args, namespace)
        sub = found.parser
        if not unknown or assign_late_words(unknown, sub, found):
            return found
        unknown = before_dashes(unknown) or unknown
        options = [word for word in sub._option_string_actions if word.startswith("--")]
        option = next((word for word in unknown if word.startswith("--")), None)
        if option is None:
            sub.error(f"unrecognized arguments: {' '.join(unknown)}")
        name = option.partition("=")[0]
        usual = [USUAL[name]] if USUAL.get(name) in options else []
        nearest = usual or UnknownName("option", name, options).nearest
        hint = f" (nearest: {', '.join(nearest)})" if nearest else ""
        return sub.error(f"there is no option {name}{hint}")


def before_dashes(words):
    """The words before the first "--", all of them if there is none."""
    return words[: words.index("--")] if "--" in words else words


def assign_late_words(words, parser, found):
    """Gives words after the options to the last argument that has no dash, if it has none yet.

    Words after "--" are texts, even those that begin with a dash.

    Returns whether it took all of them.
    """
    last, early = parser._get_positional_actions()[-1:], before_dashes(words)
    if not last or any(word.startswith("-") for word in early) or getattr(found, last[0].dest):
        return False
    words = early + words[len(early) + 1 :]
    if last[0].nargs == "*":
        setattr(found, last[0].dest, words)
    elif last[0].nargs == "?" and len(words) == 1:
        setattr(found, last[0].dest, words[0])
    else:
        return False
    return True


def make_parser():
    """The grammar of the command line."""
    parser = Parser(prog="zoo", description=zoo.__doc__)
    parser.add_argument("--version", action="version", version=f"zoo {zoo.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name, function, text):
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=function, parser=sub)
        return sub

    for module in COMMANDS:
        module.add_commands(command)
    return parser
