"""Fields of JSON files have the types that readers ask for."""

import pytest

from zoo.errors import ZooError
from zoo.json_fields import check_fields


def test_every_other_name_may_have_a_type():
    check_fields({"a": "x", "b": "y"}, {...: str}, "x")
    check_fields({"a": 1, "b": "y"}, {"a": int, ...: str}, "x")
    with pytest.raises(ZooError, match="b must be text, got 3"):
        check_fields({"a": 1, "b": 3}, {"a": int, ...: str}, "x")
    with pytest.raises(ZooError, match="got .{1,80}$"):  # a long value is cut
        check_fields({"a": ["x" * 1000] * 1000}, {"a": str}, "x")
