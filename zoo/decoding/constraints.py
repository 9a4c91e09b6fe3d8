"""Limits on outputs, whatever strategy searches for them.

B sources, K hypotheses each, L maximum target length, V vocabulary. Lengths count the end token.
"""

import dataclasses
from typing import Any, NamedTuple

from keras import ops

from zoo.decoding.ensemble import Ensemble
from zoo.decoding.hypotheses import IMPOSSIBLE
from zoo.errors import ZooError, check_least
from zoo.seq2seq import PAD_ID, Seq2Seq


@dataclasses.dataclass(frozen=True)
class Constraints:
    """Limits on the outputs of any strategy. The defaults allow everything.

    Where lengths and ratios are both given, the longer minimum and the shorter maximum count. A
    maximum takes precedence over a minimum, and a prefix over both.

    Args:
        min_length: int, the minimum number of tokens in an output.
        max_length: int, the maximum number of tokens in an output, which is then cut; None leaves
            the limit to `generate`.
        min_ratio, max_ratio: float, the same limits as multiples of the source's tokens, rounded
            up; None for no maximum.
        prefix: token ids that open every output, such as a language's. They cost nothing: scores
            are of what follows.
        forbidden: token ids that no output has.
        no_repeat_ngram: int, n: no n tokens in a row occur twice (Paulus et al. 2017); 0 allows
            all.
        repetition_penalty: float of at least 1. Before the softmax, positive logits of tokens that
            the output already has are divided by it, and negative ones multiplied (Keskar et al.
            2019, section 4.1). Scores are of the penalised distribution.

    Raises:
        ZooError: a value is out of range.
    """

    min_length: int = 0
    max_length: int | None = None
    min_ratio: float = 0.0
    max_ratio: float | None = None
    prefix: tuple[int, ...] = ()
    forbidden: tuple[int, ...] = ()
    no_repeat_ngram: int = 0
    repetition_penalty: float = 1.0

    def __post_init__(self) -> None:
        for name in ("prefix", "forbidden"):
            ids = getattr(self, name)
            if isinstance(ids, str) or not all(type(i) is int and i > 0 for i in ids):
                raise ZooError(f"{name} must hold token ids above 0, got {ids!r}")
            object.__setattr__(self, name, tuple(ids))
        for name, least in (("min_length", 0), ("no_repeat_ngram", 0), ("max_length", 1)):
            value = getattr(self, name)
            is_fine = type(value) is int and value >= least
            if not (is_fine or name == "max_length" and value is None):
                raise ZooError(f"{name} must be a whole number of at least {least}, got {value!r}")
        check_least(0, min_ratio=self.min_ratio)
        check_least(1, repetition_penalty=self.repetition_penalty)
        if self.max_ratio is not None:
            check_least(0, max_ratio=self.max_ratio)
        needed = max(self.min_length, len(self.prefix))
        if self.max_length is not None and needed > self.max_length:
            raise ZooError(
                f"max_length {self.max_length} is below the {needed} tokens of min_length or the "
                "prefix"
            )

    def check(self, model: Seq2Seq | Ensemble, max_length: int) -> None:
        """Checks the token ids and the prefix against a model.

        Raises:
            ZooError: the model never writes one of the ids, the prefix has the end token, or the
                prefix or `min_length` has more tokens than `max_length`.
        """
        never = never_written(model)
        for i in (*self.prefix, *self.forbidden):
            if i >= model.target_vocabulary or i in never:
                without = ", ".join(map(str, sorted(never - {PAD_ID})))
                raise ZooError(
                    f"token id {i} is never generated: outputs have the ids 1 to "
                    f"{model.target_vocabulary - 1}" + (f", except {without}" if without else "")
                )
        if model.end_id in self.prefix:
            raise ZooError(
                f"the prefix has the end token {model.end_id}, where every output would end"
            )
        if len(self.prefix) > max_length:
            raise ZooError(
                f"the prefix has {len(self.prefix)} tokens, and an output at most {max_length}"
            )
        if self.min_length > max_length:
            raise ZooError(
                f"min_length {self.min_length} is above the {max_length} tokens of an output"
            )

    def __repr__(self) -> str:
        given = []
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if value != field.default:
                given.append(f"{field.name}={value!r}")
        return f"Constraints({', '.join(given)})"


class Limits(NamedTuple):
    """Lengths of each source, int32 [B].

    Attributes:
        least, most: the minimum and maximum number of tokens in its outputs.
        source: tokens of the source itself.
    """

    least: Any
    most: Any
    source: Any


class Rules:
    """Constraints, prepared for a model.

    Args:
        constraints: `Constraints`.
        model: `Seq2Seq` or `Ensemble`.
    """

    def __init__(self, constraints, model):
        self.constraints, self.end_id = constraints, model.end_id
        self.ids = ops.arange(model.target_vocabulary)
        banned = self.ids < 0
        for i in (*never_written(model), *constraints.forbidden):
            banned = ops.logical_or(banned, self.ids == i)
        self.allowed = ops.where(banned, IMPOSSIBLE, 0.0)  # [V]

    def limits(self, lengths, max_length):
        """`Limits` of sources.

        Args:
            lengths: int [B], tokens of each source.
            max_length: int, L, the maximum number of tokens in an output, end token included.
        """
        constraints = self.constraints
        real = ops.cast(lengths, "float32")
        cut = min(max_length, constraints.max_length or max_length)
        most = ops.full(ops.shape(real), cut, dtype="int32")
        if constraints.max_ratio is not None:
            longest = tokens_of(constraints.max_ratio * real, cut)
            most = ops.minimum(most, ops.maximum(longest, max(1, len(constraints.prefix))))
        shortest = tokens_of(constraints.min_ratio * real, cut)
        least = ops.maximum(shortest, constraints.min_length)
        return Limits(least, most, ops.cast(lengths, "int32"))

    def scores(self, logits, tokens, t, limits):
        """Log-probabilities, as two terms: subtracting them for a whole vocabulary costs more.

        Args:
            logits: float [B, K, V] of the next token.
            tokens: int [B, K, L], the tokens so far.
            t: int [B], how many there are.
            limits: `Limits`.

        Returns:
            Scores [B, K, V], very negative where a token is not allowed, and the norm [B, K] to
            subtract from them.
        """
        given = self.constraints
        t = t[:, None, None]
        if given.repetition_penalty != 1:
            penalty = given.repetition_penalty
            lowered = ops.where(logits > 0, logits / penalty, logits * penalty)
            logits = ops.where(occurring(tokens, self.ids), lowered, logits)
        norm = ops.logsumexp(logits, axis=-1)  # [B, K]
        scores = logits + self.allowed  # [B, K, V]
        if given.min_length or given.min_ratio:
            too_soon = t + 1 < limits.least[:, None, None]
            too_soon = ops.logical_and(self.ids == self.end_id, too_soon)
            scores = ops.where(too_soon, IMPOSSIBLE, scores)
        if given.no_repeat_ngram:
            repeated = occurring(repeating(tokens, t, given.no_repeat_ngram), self.ids)
            scores = ops.where(repeated, IMPOSSIBLE, scores)
        if given.prefix:
            place = ops.minimum(t, len(given.prefix) - 1)
            forced = ops.take(ops.convert_to_tensor(given.prefix), place)  # [B, 1, 1]
            only = ops.where(self.ids == forced, norm[..., None], IMPOSSIBLE)
            scores = ops.where(t >= len(given.prefix), scores, only)
        return scores, norm

    def ends(self, tokens, t, limits):
        """Whether tokens int [B, K] at positions t, int [B], end their outputs: bool [B, K]."""
        return ops.logical_or(tokens == self.end_id, (t >= limits.most - 1)[:, None])


def tokens_of(lengths, most):
    """Lengths float [B], rounded up, and at most `most`: int32 [B]."""
    lengths = lengths * (1 - 1e-6)  # or 0.6 x 25 in float32, just above 15, would become 16
    return ops.cast(ops.minimum(ops.ceil(lengths), float(most)), "int32")


def never_written(model):
    """Ids that no output has: padding, and the start token unless it is the end token, too."""
    return {PAD_ID, model.start_id} - {model.end_id}


def occurring(tokens, ids):
    """Whether each id occurs among the tokens.

    Args:
        tokens: int [B, K, M]; padding is not counted.
        ids: int [V], 0 to V - 1.

    Returns:
        bool [B, K, V].
    """
    batch, count, length = ops.shape(tokens)
    size = ops.shape(ids)[0]
    rows = batch * count
    flat = ops.arange(rows)[:, None] * size + ops.reshape(tokens, (rows, length))
    flat = ops.reshape(flat, (rows * length, 1))
    marks = ops.scatter_update(ops.zeros((rows * size,)), flat, ops.ones((rows * length,)))
    marks = ops.reshape(marks, (batch, count, size))
    return ops.logical_and(marks > 0, ids != PAD_ID)


def repeating(tokens, t, n):
    """Tokens that would complete an n-gram which the output already has.

    Args:
        tokens: int [B, K, L].
        t: int [B, 1, 1], how many tokens there are.
        n: int.

    Returns:
        int [B, K, M], padded with 0.
    """
    batch, count, length = ops.shape(tokens)
    places = length - n + 1
    if places < 1:
        return ops.zeros((batch, count, 1), "int32")
    same = ops.broadcast_to(ops.arange(places) + n - 1 < t, (batch, count, places))
    for i in range(n - 1):  # token i of the last n - 1 against token i of every n-gram
        here = ops.arange(length) == t - (n - 1) + i
        last = ops.sum(ops.where(here, tokens, 0), -1, keepdims=True)  # [B, K, 1]
        same = ops.logical_and(same, tokens[..., i : i + places] == last)
    return ops.where(same, tokens[..., n - 1 :], PAD_ID)
