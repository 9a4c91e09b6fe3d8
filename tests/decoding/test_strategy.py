"""What every strategy shares: its representation, and what a new one must define."""

import dataclasses

import pytest

from zoo.decoding import Constraints
from zoo.decoding.strategy import Strategy


@dataclasses.dataclass(frozen=True, repr=False)
class Random(Strategy):
    width: int = 3
    rare: int = 0
    constraints: Constraints = Constraints()

    quiet = ("rare",)


def test_quiet_fields_are_shown_only_if_they_are_given():
    assert repr(Random()) == "Random(width=3)"
    assert repr(Random(rare=1)) == "Random(width=3, rare=1)"
    constraints = Constraints(min_length=2)
    assert repr(Random(constraints=constraints)) == f"Random(width=3, constraints={constraints!r})"


@pytest.mark.parametrize("method, count", [("begin", 4), ("extend", 7), ("done", 1), ("found", 1)])
def test_a_strategy_must_define_every_step(method, count):
    with pytest.raises(NotImplementedError, match=f"Random must define {method}"):
        getattr(Random(), method)(*[None] * count)
    with pytest.raises(NotImplementedError, match="Random must define hypotheses"):
        _ = Random().hypotheses
