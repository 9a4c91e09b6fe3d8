"""What an output may be, whatever strategy searches for it.

B sources, K hypotheses each, L maximum target length, V vocabulary. Lengths count the end token.
"""

import dataclasses
import math
from typing import Any, NamedTuple

from keras import ops

from zoo.decoding.hypotheses import IMPOSSIBLE
from zoo.errors import ZooError
from zoo.seq2seq import PAD_ID


@dataclasses.dataclass(frozen=True)
class Constraints:
    """Limits on the outputs of any strategy; those that are not given do nothing.

    Args:
        min_length: int, tokens of an output at least.
        max_length: int, tokens after which an output is cut; None leaves it to `generate`.
        min_ratio, max_ratio: float, the same as multiples of the source's tokens, rounded up. Where
            both kinds are given, the longer minimum and the shorter maximum count; a maximum counts
            more than a minimum, and a prefix more than both.
        prefix: token ids that open every output, such as a language's. They cost nothing: scores
            are of what follows.
        forbidden: token ids that are never put out.
        no_repeat_ngram: int, n: no n tokens in a row occur twice (Paulus et al. 2017); 0 allows
            all.
        repetition_penalty: float of at least 1, which logits of tokens that are there already are
            divided by, or multiplied where negative, before the softmax (Keskar et al. 2019,
            section 4.1); scores are of the penalised distribution.

    Raises:
        ZooError: a value out of range.
    """

    min_length: int = 0
    max_length: int | None = None
    min_ratio: float = 0.0
    max_ratio: float | None = None
    prefix: tuple = ()
    forbidden: tuple = ()
    no_repeat_ngram: int = 0
    repetition_penalty: float = 1.0

    def __post_init__(self):
        for name in ("prefix", "forbidden"):
            ids = getattr(self, name)
            if isinstance(ids, str) or not all(type(i) is int and i > 0 for i in ids):
                raise ZooError(f"{name} must hold token ids above 0, got {ids!r}")
            object.__setattr__(self, name, tuple(ids))
        for name, least in (("min_length", 0), ("no_repeat_ngram", 0), ("max_length", 1)):
            value = getattr(self, name)
            if not (
                type(value) is int and value >= least or name == "max_length" and value is None
            ):
                raise ZooError(f"{name} must be a whole number of at least {least}, got {value!r}")
        for name, least in (("min_ratio", 0), ("max_ratio", 0), ("repetition_penalty", 1)):
            value = getattr(self, name)
            number = (
                isinstance(value, (int, float))
                and not isinstance(value, bool)
                and least <= value < math.inf
            )
            if not (number or name == "max_ratio" and value is None):
                raise ZooError(f"{name} must be a number of at least {least}, got {value!r}")
        needed = max(self.min_length, len(self.prefix))
        if self.max_length is not None and needed > self.max_length:
            raise ZooError(
                f"max_length {self.max_length} is below the {needed} tokens of min_length or the "
                f"prefix"
            )

    def check(self, model: Any, max_length: int) -> None:
        """Raises `ZooError` for impossible token ids or a prefix longer than `max_length`."""
        never = never_put_out(model)
        for i in (*self.prefix, *self.forbidden):
            if i >= model.target_vocabulary or i in never:
                raise ZooError(
                    f"token id {i} cannot be put out: a model's are 1 to "
                    f"{model.target_vocabulary - 1}, but "
                    f"for {', '.join(map(str, sorted(never)))}"
                )
        if len(self.prefix) > max_length:
            raise ZooError(
                f"the prefix has {len(self.prefix)} tokens, and an output at most {max_length}"
            )

    def __repr__(self):
        given = {
            f.name: getattr(self, f.name)
            for f in dataclasses.fields(self)
            if getattr(self, f.name) != f.default
        }
        return f"Constraints({', '.join(f'{key}={value!r}' for key, value in given.items())})"


class Limits(NamedTuple):
    """The fewest and the most tokens of a source's outputs, and its own: int32 [B] each."""

    least: Any
    most: Any
    source: Any


class Rules:
    """Constraints made ready for a model.

    Args:
        constraints: `Constraints`.
        model: `Seq2Seq`.
    """

    def __init__(self, constraints, model):
        self.constraints, self.end_id = constraints, model.end_id
        self.ids = ops.arange(model.target_vocabulary)
        banned = self.ids < 0
        for i in (*never_put_out(model), *constraints.forbidden):
            banned = ops.logical_or(banned, self.ids == i)
        self.allowed = ops.where(banned, IMPOSSIBLE, 0.0)  # [V]

    def limits(self, lengths, max_length):
        """`Limits` of sources of int [B] tokens, and of L, the most tokens of an output, the end
        token included.
        """
        constraints, real = self.constraints, ops.cast(lengths, "float32")
        most = ops.full(
            ops.shape(real), min(max_length, constraints.max_length or max_length), dtype="int32"
        )
        if constraints.max_ratio is not None:
            longest = ops.cast(ops.ceil(constraints.max_ratio * real), "int32")
            most = ops.minimum(most, ops.maximum(longest, max(1, len(constraints.prefix))))
        least = ops.maximum(
            ops.cast(ops.ceil(constraints.min_ratio * real), "int32"), constraints.min_length
        )
        return Limits(least, most, ops.cast(lengths, "int32"))

    def scores(self, logits, tokens, t, limits):
        """Log-probabilities as a difference, which costs less than to write it down for a whole
        vocabulary.

        Args:
            logits: float [B, K, V] of the next token.
            tokens: int [B, K, L], those so far.
            t: int [B], how many they are.
            limits: `Limits`.

        Returns:
            scores [B, K, V], hopeless where a token must not be, and what to take off them, [B, K].
        """
        given, t = self.constraints, t[:, None, None]
        if given.repetition_penalty != 1:
            there = mark(tokens, self.ids)
            logits = ops.where(
                there,
                ops.where(
                    logits > 0, logits / given.repetition_penalty, logits * given.repetition_penalty
                ),
                logits,
            )
        norm, scores = ops.logsumexp(logits, axis=-1), logits + self.allowed
        if given.min_length or given.min_ratio:
            too_soon = ops.logical_and(self.ids == self.end_id, t + 1 < limits.least[:, None, None])
            scores = ops.where(too_soon, IMPOSSIBLE, scores)
        if given.no_repeat_ngram:
            scores = ops.where(
                mark(repeating(tokens, t, given.no_repeat_ngram), self.ids), IMPOSSIBLE, scores
            )
        if given.prefix:
            forced = ops.take(
                ops.convert_to_tensor(given.prefix), ops.minimum(t, len(given.prefix) - 1)
            )  # [B, 1, 1]
            scores = ops.where(
                t >= len(given.prefix),
                scores,
                ops.where(self.ids == forced, norm[..., None], IMPOSSIBLE),
            )
        return scores, norm

    def ends(self, tokens, t, limits):
        """Whether tokens [B, K] at positions t, int [B], are an output's last ones: bool [B, K]."""
        return ops.logical_or(tokens == self.end_id, (t >= limits.most - 1)[:, None])


def never_put_out(model):
    """Ids of padding, and of a start token that does not end, too."""
    return {PAD_ID, model.start_id} - {model.end_id}


def mark(tokens, ids):
    """int [B, K, M] -> bool [B, K, V], True at the ids that occur; padding aside, whose column
    means nothing.
    """
    (batch, count, length), size = ops.shape(tokens), ops.shape(ids)[0]
    rows = batch * count
    flat = ops.reshape(
        ops.arange(rows)[:, None] * size + ops.reshape(tokens, (rows, length)), (rows * length, 1)
    )
    marked = ops.scatter_update(ops.zeros((rows * size,)), flat, ops.ones((rows * length,)))
    return ops.logical_and(ops.reshape(marked, (batch, count, size)) > 0, ids != PAD_ID)


def repeating(tokens, t, n):
    """Tokens that would complete an n-gram that is in the first t, int [B, 1, 1], of tokens [B, K,
    L]: int [B, K, M], or 0.
    """
    batch, count, length = ops.shape(tokens)
    places = length - n + 1
    if places < 1:
        return ops.zeros((batch, count, 1), "int32")
    same = ops.broadcast_to(ops.arange(places) + n - 1 < t, (batch, count, places))
    for i in range(n - 1):  # token i of the last n - 1 against token i of every n-gram
        last = ops.sum(
            ops.where(ops.arange(length) == t - (n - 1) + i, tokens, 0), -1, keepdims=True
        )  # [B, K, 1]
        same = ops.logical_and(same, tokens[..., i : i + places] == last)
    return ops.where(same, tokens[..., n - 1 :], PAD_ID)
