"""Beam search, in one beam or in groups that are driven apart.

Shapes as in `zoo.decoding.strategy`, but with G groups of K hypotheses each, group after group.
"""

import dataclasses
from typing import Any, ClassVar, NamedTuple

from keras import ops

from zoo.decoding.constraints import Constraints, Limits, Rules
from zoo.decoding.ensemble import Ensemble
from zoo.decoding.hypotheses import IMPOSSIBLE, Hypotheses, top
from zoo.decoding.ranking import best_of, coverage, length_penalty
from zoo.decoding.strategy import Strategy
from zoo.errors import ZooError, check_choice, check_least, check_positive
from zoo.layers.gather import gather
from zoo.seq2seq import Seq2Seq

LOST = 3 * IMPOSSIBLE  # below every log-probability that a running hypothesis can have


class Beams(NamedTuple):
    """The hypotheses of B sources, group after group, and the best of each group first.

    Attributes:
        tokens: int32 [B, G K, L], the tokens so far of the running hypotheses.
        last: int32 [B, G K], their last tokens.
        log_p: float32 [B, G K], their log-probabilities.
        seen: float32 [B, G K, S], the attention that each source token got so far. S is 1 without
            a coverage penalty.
        outputs, scores, log_probabilities: `Hypotheses` that are finished.
        done: bool [B, G], whether no running hypothesis of the group can overtake its finished
            ones.
    """

    tokens: Any
    last: Any
    log_p: Any
    seen: Any
    outputs: Any
    scores: Any
    log_probabilities: Any
    done: Any


@dataclasses.dataclass(frozen=True, repr=False)
class Beam(Strategy):
    """Beam search: `size` hypotheses run on, and the `size` best finished ones are kept.

    Every step ranks the 2 K most probable continuations of a source's running hypotheses. Those of
    the best K that end are finished; the best K that do not end run on. At the maximum length the
    best K are finished as they are. A source is done when no running hypothesis can overtake the
    worst of its K finished ones: a log-probability only falls, and the penalty only grows. A beam
    of one is greedy search, which ends with its first hypothesis.

    Finished hypotheses are ranked by log P / penalty. The penalty of an output of `length` tokens,
    the end token included, is ((5 + length) / 6) ** length_penalty for "gnmt" (Wu et al. 2016,
    equation 14) and length ** length_penalty for "power", which at 1 gives the mean. A coverage
    penalty adds `coverage_penalty` times the sum over source tokens of log(min(c, 1)), c being
    the attention that the token got in all steps (the same equation), at least 1e-9.

    Groups split the beam into smaller ones, which search one after the other at every step. A token
    that earlier groups have just taken is ranked lower by `diversity` for each time that it was
    taken (Vijayakumar et al. 2018). Scores stay those of the model.

    Args:
        size: int, hypotheses of all groups together, at most 5,000.
        length_penalty: float of at least 0; 0 ranks by probability alone and favours short outputs.
        formula: "gnmt" or "power".
        coverage_penalty: float of at least 0, for models with attention.
        early_stopping: bool, whether a source is done as soon as `size` hypotheses are finished,
            even if another might overtake them. CTranslate2 does this, and so does transformers
            with the option of this name.
        groups: int that divides `size`.
        diversity: float of at least 0.
        constraints: `Constraints` on the outputs.

    Raises:
        ZooError: a value is out of range.
    """

    size: int = 4
    length_penalty: float = 0.6
    formula: str = "gnmt"
    coverage_penalty: float = 0.0
    early_stopping: bool = False
    groups: int = 1
    diversity: float = 0.0
    constraints: Constraints = Constraints()
    quiet: ClassVar[tuple[str, ...]] = ("coverage_penalty", "early_stopping", "groups", "diversity")

    def __post_init__(self) -> None:
        check_positive(beam_size=self.size, groups=self.groups)
        check_choice(("gnmt", "power"), formula=self.formula)
        check_least(0, length_penalty=self.length_penalty)
        check_least(0, coverage_penalty=self.coverage_penalty, diversity=self.diversity)
        if self.size % self.groups:
            raise ZooError(f"a beam of {self.size} cannot be cut into {self.groups} equal groups")
        if self.diversity and self.groups == 1:
            raise ZooError("diversity is between groups, and there is one; give groups=2 or more")

    @property
    def hypotheses(self) -> int:
        return self.size

    def check(self, model: Seq2Seq | Ensemble, max_length: int) -> None:
        super().check(model, max_length)
        if self.coverage_penalty and not model.attentive:
            raise ZooError(f"coverage_penalty needs attention, which {type(model).__name__} lacks")

    def begin(self, sources: int, start_id: int, max_length: int, length: int) -> Beams:
        shape = (sources, self.size)
        # One hypothesis of each group is alive; the others would repeat it.
        alive = ops.arange(self.size) % (self.size // self.groups) == 0
        empty = ops.zeros((*shape, max_length), "int32")
        no_score = ops.full(shape, LOST)
        return Beams(
            tokens=empty,
            last=ops.full(shape, start_id, dtype="int32"),
            log_p=ops.broadcast_to(ops.where(alive, 0.0, IMPOSSIBLE), shape),
            seen=ops.zeros((*shape, length if self.coverage_penalty else 1)),
            outputs=empty,
            scores=no_score,
            log_probabilities=no_score,
            done=ops.zeros((sources, self.groups), "bool"),
        )

    def extend(
        self,
        running: Beams,
        logits: Any,
        attention: Any,
        rules: Rules,
        t: Any,
        limits: Limits,
        numbers: Any,
    ) -> tuple[Beams, Any]:
        batch, total, vocabulary = ops.shape(logits)
        size = total // self.groups
        scores, norm = rules.scores(logits, running.tokens, t, limits)
        log_p = scores + (running.log_p - norm)[..., None]
        log_p = ops.maximum(log_p, 2 * IMPOSSIBLE)  # [B, G K, V]
        if self.coverage_penalty:
            running = running._replace(seen=running.seen + attention)

        # From here on each group has a row of its own.
        rows = batch * self.groups
        running = Beams(*(ops.reshape(x, (rows, -1, *ops.shape(x)[2:])) for x in running))
        t = ops.repeat(t, self.groups)  # [B G]
        limits = Limits(*(ops.repeat(x, self.groups) for x in limits))

        wide = min(2 * size, size * vocabulary)
        log_p = ops.reshape(log_p, (rows, size * vocabulary))
        rank, log_p, chosen = self.choose(log_p, wide, vocabulary)  # [B G, 2 K], the best first
        parents = chosen // vocabulary
        last = chosen % vocabulary
        now = ops.arange(running.tokens.shape[-1]) == t[:, None, None]
        tokens = ops.where(now, last[..., None], gather(running.tokens, parents))  # [B G, 2 K, L]
        seen = gather(running.seen, parents)  # [B G, 2 K, S]
        ends = rules.ends(last, t, limits)  # [B G, 2 K]

        score = log_p / self.penalty(t + 1)[:, None]
        if self.coverage_penalty:
            score = score + self.coverage_penalty * coverage(seen, limits.source)
        improbable = ops.logical_or(ops.arange(wide) >= size, log_p < IMPOSSIBLE / 2)  # [.., 2 K]
        unfinished = ops.logical_or(ops.logical_not(ends), improbable)
        score = ops.where(ops.logical_or(unfinished, running.done), LOST, score)
        outputs, scores, log_probabilities = best_of(
            size,
            ops.concatenate([running.outputs, tokens], 1),
            ops.concatenate([running.scores, score], 1),
            ops.concatenate([running.log_probabilities, log_p], 1),
        )

        kept = ops.cast(ops.top_k(ops.where(ends, LOST, rank), size)[1], "int32")  # [B G, K]
        log_p = gather(ops.where(ends, LOST, log_p), kept)
        done = self.settled(log_p, scores[:, -1], limits)
        done = ops.logical_or(running.done[:, 0], done)
        done = ops.logical_or(done, t >= limits.most - 1)

        running = Beams(
            gather(tokens, kept),
            gather(last, kept),
            log_p,
            gather(seen, kept),
            outputs,
            scores,
            log_probabilities,
            done[:, None],
        )
        running = Beams(*(ops.reshape(x, (batch, -1, *ops.shape(x)[2:])) for x in running))
        parents = ops.reshape(gather(parents, kept), (batch, self.groups, size))
        parents = parents + ops.arange(self.groups)[:, None] * size  # of all hypotheses of a source
        return running, ops.reshape(parents, (batch, total))

    def done(self, running: Beams) -> Any:
        return ops.all(running.done, axis=1)

    def found(self, running: Beams) -> Hypotheses:
        outputs = running.outputs, running.scores, running.log_probabilities
        if self.groups > 1:
            outputs = best_of(self.size, *outputs)
        return Hypotheses(*outputs)

    def choose(self, log_p: Any, wide: int, vocabulary: int) -> tuple[Any, Any, Any]:
        """The `wide` best continuations of each group.

        Args:
            log_p: float32 [B G, K V], log-probabilities of all continuations.
            wide: int, at most K V.
            vocabulary: int, V.

        Returns:
            The numbers that they are ranked by, their log-probabilities and their places in K V,
            each [B G, wide].
        """
        if self.groups == 1:
            log_p, chosen = top(log_p, wide)
            return log_p, log_p, chosen
        size = self.size // self.groups
        log_p = ops.reshape(log_p, (-1, self.groups, size * vocabulary))
        taken, found = 0.0, []
        for group in range(self.groups):
            own = log_p[:, group]  # [B, K V]
            rank, chosen = top(own - self.diversity * taken, wide)
            found.append((rank, ops.take_along_axis(own, chosen, axis=-1), chosen))
            first = ops.one_hot(chosen[:, :size] % vocabulary, vocabulary)  # [B, K, V]
            taken = taken + ops.tile(ops.sum(first, 1), (1, size))  # [B, K V]
        return tuple(ops.reshape(ops.stack(part, 1), (-1, wide)) for part in zip(*found))

    def settled(self, log_p: Any, worst: Any, limits: Limits) -> Any:
        """Whether groups need no further step: bool [B G].

        Args:
            log_p: float32 [B G, K], log-probabilities of the running hypotheses.
            worst: float32 [B G], the lowest score among the K best finished ones.
            limits: `Limits` of each group.
        """
        if log_p.shape[1] == 1 or self.early_stopping:
            return worst > 2 * IMPOSSIBLE  # K hypotheses are finished
        return ops.max(log_p, 1) / self.penalty(limits.most) <= worst

    def penalty(self, length: Any) -> Any:
        """What the log-probability of an output is divided by: int [...] -> float32 [...]."""
        return length_penalty(length, self.formula, self.length_penalty)
