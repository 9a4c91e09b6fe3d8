"""Texts of standard input and of arguments are UTF-8."""

import sys

import pytest

from tests.cli.conftest import type_in
from zoo.cli.texts import lines_of_input
from zoo.errors import ZooError


def test_lines_lose_their_ends_and_a_mark_at_the_start_but_no_blanks(monkeypatch):
    type_in(monkeypatch, "\ufeffa b \r\n c\nä".encode())
    assert list(lines_of_input()) == ["a b ", " c", "ä"]


def test_lines_before_a_bad_one_are_read(monkeypatch):
    type_in(monkeypatch, b"a\n\nb\n")
    lines = lines_of_input()
    assert next(lines) == "a"
    with pytest.raises(ZooError, match="line 2 of standard input is empty"):
        next(lines)


def test_a_closed_standard_input_is_said(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(ZooError, match="standard input is closed; give the texts as arguments"):
        next(lines_of_input())


@pytest.mark.parametrize(
    "words, message",
    [
        (["generate", "runs/attentive", "a \udcff"], "'a .xff' is not UTF-8"),
        (["align", "runs/attentive", "a", "--output", "\udcff"], "is not UTF-8"),
    ],
)
def test_a_mistake_is_one_clear_line(mistake, words, message):
    mistake(words, message)
