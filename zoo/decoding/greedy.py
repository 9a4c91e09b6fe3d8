"""Greedy search. Shapes as in `zoo.decoding.strategy`."""

import dataclasses
from typing import Any, ClassVar

from zoo.decoding.constraints import Constraints
from zoo.decoding.hypotheses import top
from zoo.decoding.rollout import Rollout


@dataclasses.dataclass(frozen=True, repr=False)
class Greedy(Rollout):
    """The most probable token at every step.

    Args:
        constraints: `Constraints` on the outputs.
    """

    constraints: Constraints = Constraints()

    hypotheses: ClassVar[int] = 1

    def choose(self, scores: Any, t: Any, numbers: Any) -> Any:
        return top(scores[:, 0], 1)[1]
