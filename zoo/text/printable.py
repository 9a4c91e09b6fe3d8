"""Text that is safe to print: one line, and nothing that a terminal would obey."""

import unicodedata

# Control characters, halves of surrogate pairs, and the separators of lines and paragraphs.
UNSAFE = ("Cc", "Cs", "Zl", "Zp")
# Characters that reorder the text around them, so that a line reads as another than it is.
REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def printable(text: str) -> str:
    """Writes control characters, line ends and escape codes as escapes such as `\\n` and `\\x1b`.

    Every other character stays as it is, so that nearly every text is returned unchanged.

    Example:
        >>> printable("red \\x1b[31m")
        'red \\\\x1b[31m'
    """
    if text.isprintable():
        return text
    return "".join(escaped(character) for character in text)


def escaped(character):
    """A character, or its escape if printing it is unsafe."""
    if character in NAMED:
        return NAMED[character]
    if unicodedata.category(character) not in UNSAFE and character not in REORDERING:
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
