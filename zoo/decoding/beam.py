"""Beam search. Shapes as in `zoo.decoding.strategy`. In a beam of G groups, K is per group."""

import dataclasses
import math
from typing import Any, NamedTuple

from keras import ops

from zoo.decoding.constraints import Constraints
from zoo.decoding.hypotheses import IMPOSSIBLE, Hypotheses, gather, top
from zoo.decoding.strategy import Strategy
from zoo.errors import ZooError, check_choice, check_positive


@dataclasses.dataclass(frozen=True, repr=False)
class Beam(Strategy):
    """Beam search: `size` hypotheses run, and the `size` best finished ones are kept beside them.

    At every step the 2 K most probable continuations of a source's running hypotheses are ranked by
    probability. Of the best K those that end are finished; the best K that do not end run on. At
    the maximum length the best K are finished as they are. A source is done when no running
    hypothesis can overtake the worst of its K finished ones any more, which is certain since a
    log-probability only falls and the penalty only grows. A beam of one is greedy search: it ends
    with its first hypothesis.

    Finished hypotheses are ranked by log P / penalty, over their length with the end token:
    "gnmt" ((5 + length) / 6) ** length_penalty (Wu et al. 2016, equation 14), "power" length **
    length_penalty, which at 1 is the mean. A coverage penalty adds `coverage_penalty` times the sum
    over source tokens of log(min(attention in all, 1)), 0 where every token was looked at (Wu et
    al. 2016, equation 14); one that never was counts as 1e-9.

    With groups the beam is cut into smaller ones, which search one after the other at every step: a
    token that earlier groups just took is ranked lower by `diversity` for each time that it was
    taken (Vijayakumar et al. 2018).

    Args:
        size: int, K, of all groups together.
        length_penalty: float of at least 0; 0 ranks by probability alone and favours short outputs.
        formula: "gnmt" or "power".
        coverage_penalty: float of at least 0, for models with attention.
        early_stopping: bool, ends a source as soon as `size` hypotheses are finished, even if
            another might overtake them, as CTranslate2 does.
        groups: int that divides `size`.
        diversity: float of at least 0.
        constraints: `Constraints`.

    Raises:
        ZooError: a value out of range.
    """

    size: int = 4
    length_penalty: float = 0.6
    formula: str = "gnmt"
    coverage_penalty: float = 0.0
    early_stopping: bool = False
    groups: int = 1
    diversity: float = 0.0
    constraints: Constraints = Constraints()

    quiet = ("coverage_penalty", "early_stopping", "groups", "diversity")

    def __post_init__(self):
        check_positive(beam_size=self.size, groups=self.groups)
        check_choice(("gnmt", "power"), formula=self.formula)
        for name in ("length_penalty", "coverage_penalty", "diversity"):
            value = getattr(self, name)
            if (
                isinstance(value, bool)
                or not isinstance(value, (int, float))
                or not 0 <= value < math.inf
            ):
                raise ZooError(f"{name} must be a number of at least 0, got {value!r}")
        if self.size % self.groups:
            raise ZooError(f"a beam of {self.size} cannot be cut into {self.groups} equal groups")
        if self.diversity and self.groups == 1:
            raise ZooError("diversity is between groups, and there is one; give groups=2 or more")

    @property
    def hypotheses(self) -> int:
        return self.size

    def check(self, model: Any, max_length: int) -> None:
        super().check(model, max_length)
        if self.coverage_penalty and not model.attentive:
            raise ZooError(f"coverage_penalty needs attention, which {type(model).__name__} has not")

    def begin(self, sources: int, start_id: int, max_length: int, length: int) -> "Beams":
        shape = (sources, self.size)
        # One hypothesis per group is alive.
        first = ops.arange(self.size) % (self.size // self.groups) == 0
        empty, none = ops.zeros((*shape, max_length), "int32"), ops.full(shape, 3 * IMPOSSIBLE)
        return Beams(
            empty,
            ops.full(shape, start_id, dtype="int32"),
            ops.tile(ops.where(first, 0.0, IMPOSSIBLE), (sources, 1)),
            ops.zeros((*shape, length if self.coverage_penalty else 1)),
            empty,
            none,
            none,
            ops.zeros((sources, self.groups), "bool"),
        )

    def extend(
        self,
        running: Any,
        logits: Any,
        attention: Any,
        rules: Any,
        t: Any,
        limits: Any,
        numbers: Any,
    ) -> tuple[Any, Any]:
        (batch, total, vocabulary), groups = ops.shape(logits), self.groups
        size = total // groups
        scores, norm = rules.scores(logits, running.tokens, t, limits)
        candidates = ops.maximum(
            scores + (running.log_p - norm)[..., None], 2 * IMPOSSIBLE
        )  # [B, G K, V]
        running = (
            running._replace(seen=running.seen + attention) if self.coverage_penalty else running
        )
        grouped = (
            ops.reshape(x, (batch * groups, -1, *x.shape[2:])) for x in running
        )  # a group a row
        tokens, _, _, seen, *finished, done = grouped
        done, t, most = done[:, 0], ops.repeat(t, groups), ops.repeat(limits.most, groups)  # [B G]
        wide = min(2 * size, size * vocabulary)
        rank, log_p, chosen = self.choose(
            ops.reshape(candidates, (batch * groups, size * vocabulary)), wide, vocabulary
        )
        parents, following = chosen // vocabulary, chosen % vocabulary  # [B G, 2K], the best first
        now = ops.arange(tokens.shape[-1]) == t[:, None, None]
        written = ops.where(now, following[..., None], gather(tokens, parents))  # [B G, 2K, L]
        seen = gather(seen, parents)  # [B G, 2K, S]
        ends = ops.logical_or(following == rules.end_id, (t >= most - 1)[:, None])

        runner_up = ops.arange(wide) >= size  # [2K]: too improbable to finish
        lost = ops.logical_or(ops.logical_or(ops.logical_not(ends), runner_up), done[:, None])
        score = log_p / self.penalty(t + 1)[:, None] + self.coverage(
            seen, ops.repeat(limits.source, groups)
        )
        ranked = ops.where(lost, 3 * IMPOSSIBLE, score)
        merged = tuple(ops.concatenate(pair, 1) for pair in zip(finished, (written, ranked, log_p)))
        best = ops.cast(ops.top_k(merged[1], size)[1], "int32")  # [B G, K]
        finished = [gather(x, best) for x in merged]

        kept = ops.cast(
            ops.top_k(ops.where(ends, 3 * IMPOSSIBLE, rank), size)[1], "int32"
        )  # [B G, K]
        log_p = gather(ops.where(ends, 3 * IMPOSSIBLE, log_p), kept)
        worst = finished[1][:, -1]
        settled = worst > 2 * IMPOSSIBLE  # as many as asked for are finished
        if size > 1 and not self.early_stopping:
            settled = ops.max(log_p, 1) / self.penalty(most) <= worst
        done = ops.logical_or(ops.logical_or(done, settled), t >= most - 1)[:, None]
        running = Beams(
            *(
                ops.reshape(x, (batch, -1, *x.shape[2:]))
                for x in (
                    gather(written, kept),
                    gather(following, kept),
                    log_p,
                    gather(seen, kept),
                    *finished,
                    done,
                )
            )
        )
        parents = (
            ops.reshape(gather(parents, kept), (batch, groups, size))
            + ops.arange(groups)[:, None] * size
        )
        return running, ops.reshape(parents, (batch, total))

    def done(self, running: "Beams") -> Any:
        return ops.all(running.done, axis=1)

    def found(self, running: "Beams") -> Hypotheses:
        if self.groups == 1:
            return Hypotheses(running.outputs, running.scores, running.log_probabilities)
        order = ops.cast(ops.top_k(running.scores, self.size)[1], "int32")
        return Hypotheses(
            *(
                gather(x, order)
                for x in (running.outputs, running.scores, running.log_probabilities)
            )
        )

    def choose(self, candidates: Any, wide: int, vocabulary: int) -> tuple[Any, Any, Any]:
        """The `wide` best of each group's candidates [B G, K V].

        Returns:
            Ranks, log-probabilities and positions, each [B G, wide].
        """
        if self.groups == 1:
            log_p, chosen = top(candidates, wide)
            return log_p, log_p, chosen
        candidates = ops.reshape(
            candidates, (-1, self.groups, self.size // self.groups * vocabulary)
        )  # [B, G, K V]
        taken, found = 0.0, []
        for group in range(self.groups):
            own = candidates[:, group]
            rank, chosen = top(own - self.diversity * taken, wide)
            found.append((rank, ops.take_along_axis(own, chosen, axis=-1), chosen))
            first = ops.one_hot(
                chosen[:, : self.size // self.groups] % vocabulary, vocabulary
            )  # [B, K, V]
            taken = taken + ops.tile(ops.sum(first, 1), (1, self.size // self.groups))
        return tuple(ops.reshape(ops.stack(part, 1), (-1, wide)) for part in zip(*found))

    def coverage(self, seen: Any, tokens: Any) -> Any:
        """The coverage term of scores [N, K], or 0.0 without a penalty.

        Args:
            seen: float32 [N, K, S], the summed attention so far.
            tokens: int [N], lengths of the sources.
        """
        if not self.coverage_penalty:
            return 0.0
        real = ops.arange(seen.shape[-1]) < tokens[:, None, None]
        missed = ops.where(real, ops.log(ops.clip(seen, 1e-9, 1.0)), 0.0)
        return self.coverage_penalty * ops.sum(missed, -1)

    def penalty(self, length: Any) -> Any:
        """The divisor of log-probabilities: int [...] -> float32 [...]."""
        length = ops.cast(length, "float32")
        return ((5.0 + length) / 6.0 if self.formula == "gnmt" else length) ** self.length_penalty


class Beams(NamedTuple):
    """The hypotheses of B sources, group after group, and in each group the best first.

    Attributes:
        tokens, last, log_p, seen: of those that go on: tokens so far [B, K, L], the last ones and
            log-probabilities [B, K], and the attention that each source token got so far, [B, K,
            S], S being 1 where there is no coverage penalty.
        outputs, scores, log_probabilities: of those that are finished, [B, K, L], [B, K] and [B,
            K].
        done: bool [B, G], groups whose finished hypotheses no other can overtake.
    """

    tokens: Any
    last: Any
    log_p: Any
    seen: Any
    outputs: Any
    scores: Any
    log_probabilities: Any
    done: Any
