"""Fields of JSON lines."""

import pytest

from zoo.data.readers.json_lines import field, json_rows
from zoo.errors import UnknownName, ZooError


def test_a_dot_leads_into_an_object_unless_a_field_has_that_name():
    assert field({"x": {"en": "a"}}, "x.en", "p") == "a"
    assert field({"x.en": "b", "x": {"en": "a"}}, "x.en", "p") == "b"
    assert field({"x": None}, "x", "p") == ""


@pytest.mark.parametrize(
    "row, name, kind, message",
    [
        ({"x": {"en": "a"}}, "x.ne", UnknownName, "unknown field of p: 'ne'; nearest: en"),
        ({"source": "a"}, "surce", UnknownName, "unknown field of p: 'surce'; nearest: source"),
        ({"x": "a"}, "x.en", ZooError, "p: expected an object with the field 'en'"),
        ([1], "x", ZooError, "p: expected an object"),
        ({"x": 5}, "x", ZooError, "p: the field 'x' is not text but '5'"),
    ],
)
def test_fields_that_are_not_there(row, name, kind, message):
    with pytest.raises(ZooError, match=message) as found:
        field(row, name, "p")
    assert type(found.value) is kind


@pytest.mark.parametrize("opening, closing", [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("depth", [900, 150_000])
def test_deep_nesting_is_one_line(tmp_path, opening, closing, depth):
    path = tmp_path / "a.jsonl"
    path.write_text('{"source": ' + opening * depth + "1" + closing * depth + "}\n")
    with pytest.raises(ZooError, match="a.jsonl, line 1: .*(nested too deeply|not text)") as raised:
        list(json_rows(path, None))
    assert len(str(raised.value)) < 300 and "\n" not in str(raised.value)
