"""Text on a line of its own: what a terminal may show, and what a file gives back exactly."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

# Control characters, halves of surrogate pairs, and the separators of lines and paragraphs.
UNSAFE = ("Cc", "Cs", "Zl", "Zp")
# Characters that reorder the text around them, so that a line reads as another than it is.
REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
ESCAPE = re.compile(r"\\(?:([nrt\\])|x([0-9a-f]{2})|u([0-9a-f]{4}))")


def printable(text: str) -> str:
    """Writes control characters, line ends and escape codes as escapes such as `\\n` and `\\x1b`.

    Every other character stays as it is, so that nearly every text is returned unchanged.

    Example:
        >>> printable("red \\x1b[31m")
        'red \\\\x1b[31m'
    """
    if text.isprintable():
        return text
    return "".join(shown(character) for character in text)


def undecoded(text: str) -> str:
    """A text of bytes that are not UTF-8, with these as escapes; "" if all are UTF-8."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return ""


def escaped(text: str) -> str:
    """`printable(text)` with backslashes escaped, too, so that `unescaped` gives `text` back."""
    return printable(text.replace("\\", "\\\\"))


def unescaped(text: str) -> str:
    """The text that `escaped` was given."""
    return ESCAPE.sub(character, text)


def shown(character):
    """A character, or its escape if printing it is unsafe."""
    if character in NAMED:
        return NAMED[character]
    if unicodedata.category(character) not in UNSAFE and character not in REORDERING:
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def character(escape):
    """The character of a match of `ESCAPE`."""
    name, two, four = escape.groups()
    if name:
        return {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}[name]
    return chr(int(two or four, 16))


def token_texts(tokenizer: Any, ids: Iterable[int]) -> list[str]:
    """The text of each token, "</s>" for the end, or its id in brackets if it has no text."""
    ends = {tokenizer.end_id: "</s>"}
    return [ends.get(i) or tokenizer.decode([i]) or f"<{i}>" for i in ids]


def number_text(value: float) -> str:
    """A number with four digits, or a whole one with all of them: "98.50", "18,050"."""
    return f"{value:,}" if isinstance(value, int) else f"{value:#.4g}".rstrip(".")
