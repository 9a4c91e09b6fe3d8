"""Files with a JSON object per line, and the fields of such objects."""

import json
import reprlib

from zoo.data.readers.lines import lines
from zoo.errors import UnknownName, ZooError, first_line


def json_rows(path, columns):
    """Yields place, source and target of a file with a JSON object per line.

    Args:
        path: `pathlib.Path`.
        columns: pair of names of fields; None for "source" and "target".
    """
    for number, line in enumerate(lines(path), 1):
        place = f"{path}, line {number}"
        if not line.strip():
            yield place, "", ""
            continue
        try:
            row = json.loads(line)
        except RecursionError:
            raise ZooError(f"{place}: not JSON that can be read: nested too deeply") from None
        except ValueError as error:
            raise ZooError(
                f"{place}: not JSON ({first_line(error)}); the file needs one object per line"
            ) from None
        yield place, *(field(row, name, place) for name in columns or ("source", "target"))


def field(row, name, place):
    """The text of a field; "" if it is null.

    Args:
        row: the value of a line, which should be a dict.
        name: str, the field. A dot leads into an object, as in "translation.en", unless a field
            has just that name.
        place: str, file and line, for messages.

    Raises:
        UnknownName: there is no such field.
        ZooError: it is not a text.
    """
    value = row
    parts = [name] if isinstance(row, dict) and name in row else name.split(".")
    for part in parts:
        if not isinstance(value, dict):
            raise ZooError(
                f"{place}: expected an object with the field {part!r}, found {shortened(value)}"
            )
        if part not in value:
            raise UnknownName(f"field of {place}:", part, list(value))
        value = value[part]
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ZooError(f"{place}: the field {name!r} is not text but {shortened(value)}")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ZooError(
            f"{place}: the field {name!r} has half a surrogate pair, which is not text"
        ) from None
    if "\0" in value:
        raise ZooError(f"{place}: the field {name!r} has a NUL character")
    return value


def shortened(value):
    """A JSON value as a short text, for messages; of a long or deep one the beginning."""
    return repr(reprlib.repr(value)[:40])
