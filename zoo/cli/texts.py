"""Texts that a user gives: lines of standard input, and arguments.

Both are UTF-8, whatever the locale says.
"""

import sys

from zoo.errors import ZooError
from zoo.printable import undecoded

LINE_OF_INPUT = "line {} of standard input"


def lines_of_input():
    """Yields the lines of standard input, without their ends.

    Raises:
        ZooError: there is no line; or a line is empty or not UTF-8, once its turn comes.
    """
    if sys.stdin is None:
        raise ZooError("standard input is closed; give the texts as arguments, or pipe them in")
    if sys.stdin.isatty():
        print("type one text per line, then Ctrl-D", file=sys.stderr)
    number = 0
    for number, data in enumerate(sys.stdin.buffer, 1):
        name = LINE_OF_INPUT.format(number)
        try:
            line = data.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise ZooError(
                f"{name} is not UTF-8: byte {error.object[error.start]:#04x} at column "
                f"{error.start + 1}"
            ) from None
        line = line.removesuffix("\n").removesuffix("\r")
        if not line.strip():
            raise ZooError(
                f"{name} is empty; every line must be a text, so that outputs match inputs line "
                "by line"
            )
        yield line
    if not number:
        raise ZooError("standard input is empty")


def check_texts(*texts):
    """Raises `ZooError` for an argument that is not UTF-8. None is skipped."""
    for text in texts:
        if shown := undecoded(text or ""):
            raise ZooError(f"'{shown}' is not UTF-8")
