"""Text that is printed stays on its line and commands no terminal."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoo.printable import escaped, number_text, printable, unescaped


@pytest.mark.parametrize(
    "text, expected",
    [
        ("", ""),
        ("Grüße, 世界 🙂", "Grüße, 世界 🙂"),
        ("a\u00a0b\u200db", "a\u00a0b\u200db"),
        ("two\nlines\r\n", "two\\nlines\\r\\n"),
        ("a\tb", "a\\tb"),
        ("\x1b[2J\x07", "\\x1b[2J\\x07"),
        ("\x9b31m\x85\x00", "\\x9b31m\\x85\\x00"),
        ("a\u2028b\u2029", "a\\u2028b\\u2029"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\udcff", "\\udcff"),
    ],
)
def test_unsafe_characters_are_escaped(text, expected):
    assert printable(text) == expected


@given(st.text(alphabet=st.characters(), max_size=20))
def test_any_text_becomes_one_line_that_can_be_encoded(text):
    shown = printable(text)
    shown.encode("utf-8")
    assert len((shown + "x").splitlines()) == 1
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in shown)
    assert printable(shown) == shown


@given(st.text(st.characters(codec=None, categories=None)))
def test_a_line_gives_the_text_back(text):
    line = escaped(text)
    assert unescaped(line) == text
    assert len(line.splitlines()) <= 1 and "\t" not in line
    line.encode("utf-8")  # lone surrogates are escaped, too


@given(st.text(st.sampled_from("\\nrtxu0a\n\r\t\x1b\ud800é")))
def test_backslashes_that_look_like_escapes(text):
    assert unescaped(escaped(text)) == text


def test_every_character_that_ends_a_line_is_escaped():
    ends = [chr(i) for i in range(sys.maxunicode) if len(f"a{chr(i)}b".splitlines()) > 1]
    assert len(ends) > 9 and all(len(printable(c)) > 1 for c in ends)


def test_numbers_have_four_digits_and_whole_ones_all_of_theirs():
    numbers = {
        100.0: "100.0",
        0.38659: "0.3866",
        1234.4: "1234",
        0.0: "0.000",
        12345.6: "1.235e+04",
    }
    assert [number_text(value) for value in numbers] == list(numbers.values())
    assert number_text(18050) == "18,050"
