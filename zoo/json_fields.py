"""JSON texts whose fields have the types that are asked for."""

import json
import reprlib
from typing import Any

from zoo.errors import ZooError, first_line

KINDS = {dict: "an object", list: "a list", str: "text", int: "a whole number", float: "a number"}
KINDS |= {bool: "true or false", type(None): "null"}


def parse_json(text: str, where: Any, fields: Any = dict) -> Any:
    """The value of a JSON text. `where` names it in messages; the rest is as in `read_json`."""
    try:
        value = json.loads(text)
        if "\\ud" in text.lower():
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ZooError(
            f"{where} is broken: it has half of a surrogate pair, as in \\ud800"
        ) from None
    except RecursionError:
        raise ZooError(f"{where} is broken: it is nested too deeply") from None
    except ValueError as error:
        raise ZooError(f"{where} is broken: it is not JSON ({first_line(error)})") from error
    check_fields(value, fields, where)
    return value


def check_fields(value: Any, fields: Any, where: Any, name: str = "") -> None:
    """Raises `ZooError` unless a JSON value has the types that are asked for.

    Args:
        value: what was read.
        fields: a type, such as `str`; a tuple of types; a list of one item for a list of such
            values; or a dict of field names to what they must be. A name that ends with "?" may be
            missing, and `...` stands for every other name. `object` allows anything.
        where: the file, for messages.
        name: the field so far, for messages.

    Example:
        >>> check_fields({"name": "t5", "sizes": [1]}, {"name": str, "sizes": [int]}, "x.json")
        >>> check_fields({"name": ["t5"]}, {"name": str}, "x.json")
        Traceback (most recent call last):
        zoo.errors.ZooError: x.json is broken: name must be text, got ['t5']
    """
    kinds = (dict,) if isinstance(fields, dict) else (list,) if isinstance(fields, list) else fields
    kinds = kinds if isinstance(kinds, tuple) else (kinds,)
    if object not in kinds and not any(is_kind(value, kind) for kind in kinds):
        expected = " or ".join(KINDS[kind] for kind in kinds)
        got = reprlib.repr(value)  # of a long or deep value the beginning
        raise ZooError(f"{where} is broken: {name or 'it'} must be {expected}, got {got[:70]}")
    if isinstance(fields, list):
        for number, item in enumerate(value):
            check_fields(item, fields[0], where, f"{name}[{number}]")
    elif isinstance(fields, dict):
        inside = f"{name}." if name else ""
        for field, expected in fields.items():
            if field is ...:
                continue
            key = field.removesuffix("?")
            if key in value:
                check_fields(value[key], expected, where, inside + key)
            elif key == field:
                raise ZooError(f"{where} is broken: {inside}{key} is missing")
        for key in value.keys() - {field.removesuffix("?") for field in fields if field is not ...}:
            check_fields(value[key], fields.get(..., object), where, inside + key)


def is_kind(value, kind):
    """Whether a JSON value has a type. A bool is not a number; a whole number is also a float."""
    if kind in (int, float) and isinstance(value, bool):
        return False
    return isinstance(value, (int, float) if kind is float else kind)
