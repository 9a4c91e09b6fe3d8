"""Sampling. Shapes as in `zoo.decoding.strategy`; N = B K rows."""

import dataclasses
from typing import Any

from keras import ops

from zoo.decoding.constraints import Constraints
from zoo.decoding.hypotheses import IMPOSSIBLE
from zoo.decoding.rollout import Rollout
from zoo.errors import ZooError, check_positive
from zoo.layers.hashing import mixed, uint32


@dataclasses.dataclass(frozen=True, repr=False)
class Sample(Rollout):
    """Outputs drawn token by token from the model's distribution, sharpened and cut.

    A draw depends on the seed, on the number of the source and on nothing else: neither on the
    batch nor on its order. The cuts apply one after the other, as they stand here, and always leave
    the most probable token.

    Args:
        count: int, K, outputs per source, ranked by their log-probability under the model.
            Duplicates are kept.
        temperature: float above 0 by which logits are divided.
        top_k: int, keeps the k most probable tokens; 0 keeps all.
        top_p: float in (0, 1], keeps the most probable tokens whose shares first add up to it
            (Holtzman et al. 2020).
        min_p: float in [0, 1), keeps tokens of at least this share of the most probable one's
            (Nguyen et al. 2024).
        seed: int from 0 to 2^31 - 1.
        constraints: `Constraints`.

    Raises:
        ZooError: a value out of range.
    """

    count: int = 1
    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    seed: int = 0
    constraints: Constraints = Constraints()

    def __post_init__(self):
        check_positive(count=self.count)
        number = lambda value: isinstance(value, (int, float)) and not isinstance(value, bool)
        for name, good, what in (
            ("temperature", lambda x: number(x) and 0 < x < float("inf"), "a number above 0"),
            ("top_k", lambda x: type(x) is int and x >= 0, "a whole number of at least 0"),
            ("top_p", lambda x: number(x) and 0 < x <= 1, "a number above 0 up to 1"),
            ("min_p", lambda x: number(x) and 0 <= x < 1, "a number from 0 to below 1"),
            (
                "seed",
                lambda x: type(x) is int and 0 <= x < 2**31,
                "a whole number from 0 to 2^31 - 1",
            ),
        ):
            if not good(getattr(self, name)):
                raise ZooError(f"{name} must be {what}, got {getattr(self, name)!r}")

    @property
    def hypotheses(self) -> int:
        return self.count

    def choose(self, scores: Any, t: Any, numbers: Any) -> Any:
        batch, count, vocabulary = ops.shape(scores)
        copies = ops.tile(ops.arange(count), (batch,))
        u = uniform(self.seed, ops.repeat(numbers, count), copies, ops.repeat(t, count))
        return ops.reshape(
            self.draw(ops.reshape(scores, (batch * count, vocabulary)), u), (batch, count)
        )

    def draw(self, scores: Any, u: Any) -> Any:
        """Draws a token per row of scores [N, V] with uniform u [N] in [0, 1): int32 [N]."""
        size = min(self.top_k, scores.shape[-1]) if self.top_k else scores.shape[-1]
        values, ids = ops.top_k(scores / self.temperature, size)  # [N, k], the most probable first
        values = ops.maximum(values, IMPOSSIBLE)
        p = ops.softmax(values, axis=-1)
        before = ops.cumsum(p, axis=-1) - p
        keep = ops.logical_and(before < self.top_p, p >= self.min_p * p[:, :1])
        p = ops.where(ops.logical_or(keep, ops.arange(size)[None] == 0), p, 0.0)
        reached = ops.cumsum(p, axis=-1)
        place = ops.sum(ops.cast(reached <= u[:, None] * reached[:, -1:], "int32"), axis=-1)
        place = ops.minimum(
            place, ops.sum(ops.cast(p > 0, "int32"), axis=-1) - 1
        )  # where u rounds up to 1
        return ops.cast(ops.take_along_axis(ids, place[:, None], axis=-1)[:, 0], "int32")


def uniform(seed, rows, copies, t):
    """Pseudo-random float32 [N] in [0, 1): a hash of the seed, of int [N] rows, copies and
    positions t.
    """
    x = ops.cast(rows, "uint32") * uint32(0x9E3779B1)
    for value in (ops.cast(copies, "uint32"), ops.cast(t, "uint32"), uint32(seed)):
        x = mixed(ops.bitwise_xor(x, value * uint32(0x85EBCA77) + uint32(0x165667B1)))
    return ops.cast(ops.bitwise_right_shift(x, uint32(8)), "float32") / 2.0**24
