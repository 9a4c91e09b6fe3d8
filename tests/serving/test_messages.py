"""Requests are checked, and what is wrong is one line."""

import pydantic
import pytest

from zoo.serving import messages


def line(kind, value):
    with pytest.raises(pydantic.ValidationError) as found:
        kind.model_validate_json(value)
    return messages.line_of(found.value.errors())


@pytest.mark.parametrize(
    "value, expected",
    [
        ("{}", "texts: Field required"),
        ('{"texts": []}', "texts: List should have at least 1 item"),
        ('{"texts": "a b"}', "texts: Input should be a valid "),
        ('{"texts": ["a", 3]}', "texts.1: Input should be a valid string"),
        ('{"texts": ["a"], "beam": 11}', "beam: Input should be less than or equal to 10"),
        ('{"texts": ["a"], "beam": "4"}', "beam: Input should be a valid integer"),
        ('{"texts": ["a"], "beam": 0, "n_best": 0}', "to 1; n_best: Input should be greater"),
        ('{"texts": ["a"], "n_best": 2}', "n_best is 2 but beam is 1; set beam to 2 or more"),
        ('{"texts": ["a"], "bream": 2}', "unknown field 'bream', see /docs"),
        ('{"text": "a"}', "texts: Field required; unknown field 'text', see /docs"),
        ('{"a": 1, "b": 1, "c": 1, "d": 1}', "unknown field 'b', see /docs; and 2 more"),
        ('["a"]', "Input should be an object"),
    ],
)
def test_a_wrong_request_is_one_line(value, expected):
    found = line(messages.GenerateRequest, value)
    assert expected in found and "\n" not in found


def test_a_long_text_is_refused_and_not_repeated():
    found = line(messages.AlignRequest, '{"text": "' + "a" * 20_000 + '"}')
    assert found == "text: String should have at most 10000 characters"


def test_a_message_is_short_and_printable():
    assert messages.one_line("a\nb \x1b[31m") == "a b \\x1b[31m"
    assert len(messages.one_line("a" * 5000)) < 500
