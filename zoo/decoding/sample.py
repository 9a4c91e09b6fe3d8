"""Sampling. Shapes as in `zoo.decoding.strategy`; N = B K rows."""

import dataclasses
import math
from typing import Any, ClassVar

from keras import ops

from zoo.decoding.constraints import Constraints
from zoo.decoding.hypotheses import IMPOSSIBLE
from zoo.decoding.rollout import Rollout
from zoo.errors import ZooError, check_positive
from zoo.layers.hashing import mixed, uint32


@dataclasses.dataclass(frozen=True, repr=False)
class Sample(Rollout):
    """Outputs drawn token by token from the model's distribution, sharpened and cut.

    A draw depends only on the seed and on the number of the source, not on the batch or its order.
    The cuts apply one after the other, in the order below, and always leave the most probable
    token.

    Args:
        count: int, K, outputs per source, at most 20,000. They are ranked by their log-probability
            under the model, and equal ones are all kept.
        temperature: float above 0 by which logits are divided.
        top_k: int, keeps the k most probable tokens; 0 keeps all.
        top_p: float in (0, 1], keeps the most probable tokens whose probabilities first add up to
            it (Holtzman et al. 2020).
        min_p: float in [0, 1), keeps tokens that have at least this share of the most probable
            token's probability (Nguyen et al. 2024).
        seed: int from 0 to 2^31 - 1.
        constraints: `Constraints` on the outputs.

    Raises:
        ZooError: a value is out of range.
    """

    count: int = 1
    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    seed: int = 0
    constraints: Constraints = Constraints()
    most: ClassVar[int] = 20_000  # samples do not compete, so that more of them fit into a second

    def __post_init__(self) -> None:
        check_positive(count=self.count)

        def check(name, types, fits, expected):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, types) or not fits(value):
                raise ZooError(f"{name} must be {expected}, got {value!r}")

        number = (int, float)
        check("temperature", number, lambda x: 0 < x < math.inf, "a number above 0")
        check("top_k", int, lambda x: x >= 0, "a whole number of at least 0")
        check("top_p", number, lambda x: 0 < x <= 1, "a number above 0 up to 1")
        check("min_p", number, lambda x: 0 <= x < 1, "a number from 0 to below 1")
        check("seed", int, lambda x: 0 <= x < 2**31, "a whole number from 0 to 2^31 - 1")

    @property
    def hypotheses(self) -> int:
        return self.count

    def choose(self, scores: Any, t: Any, numbers: Any) -> Any:
        batch, count, vocabulary = ops.shape(scores)
        copies = ops.tile(ops.arange(count), (batch,))
        u = uniform(self.seed, ops.repeat(numbers, count), copies, ops.repeat(t, count))  # [N]
        drawn = self.draw(ops.reshape(scores, (batch * count, vocabulary)), u)
        return ops.reshape(drawn, (batch, count))

    def draw(self, scores: Any, u: Any) -> Any:
        """Draws one token per row.

        Args:
            scores: float32 [N, V], log-probabilities up to a constant.
            u: float32 [N], uniform in [0, 1).

        Returns:
            int32 [N].
        """
        size = min(self.top_k, scores.shape[-1]) if self.top_k else scores.shape[-1]
        values, ids = ops.top_k(scores, size)  # [N, k], the most probable first
        values = values - values[:, :1]
        possible = values > IMPOSSIBLE / 2  # before a high temperature brings all closer together
        temperature = max(self.temperature, 1e-30)  # less is 0 in float32
        values = ops.where(possible, ops.maximum(values / temperature, IMPOSSIBLE), IMPOSSIBLE)
        p = ops.softmax(values, axis=-1)
        before = ops.cumsum(p, axis=-1) - p
        keep = ops.logical_and(before < self.top_p, p >= self.min_p * p[:, :1])
        p = ops.where(ops.logical_or(keep, ops.arange(size)[None] == 0), p, 0.0)
        reached = ops.cumsum(p, axis=-1)
        place = ops.sum(ops.cast(reached <= u[:, None] * reached[:, -1:], "int32"), axis=-1)
        last = ops.sum(ops.cast(p > 0, "int32"), axis=-1) - 1
        place = ops.minimum(place, last)  # where the product rounds up to the total
        return ops.cast(ops.take_along_axis(ids, place[:, None], axis=-1)[:, 0], "int32")


def uniform(seed, rows, copies, t):
    """Pseudo-random float32 [N] in [0, 1).

    Args:
        seed: int.
        rows, copies, t: int [N], number of the source, which of its outputs, and position.
    """
    x = ops.cast(rows, "uint32") * uint32(0x9E3779B1)
    for value in (ops.cast(copies, "uint32"), ops.cast(t, "uint32"), uint32(seed)):
        x = mixed(ops.bitwise_xor(x, value * uint32(0x85EBCA77) + uint32(0x165667B1)))
    return ops.cast(ops.bitwise_right_shift(x, uint32(8)), "float32") / 2.0**24
