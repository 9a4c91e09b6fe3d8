"""Beam search. Shapes as in `zoo.decoding.hypotheses`, K being the hypotheses of a group where a beam is cut into G groups."""

import dataclasses
import math
from typing import Any, NamedTuple

import keras
from keras import ops

from zoo.decoding.constraints import Constraints, Rules
from zoo.decoding.hypotheses import IMPOSSIBLE, Hypotheses, gather, repeated
from zoo.decoding.strategy import Strategy
from zoo.errors import ZooError, check_choice, check_positive


@dataclasses.dataclass(frozen=True, repr=False)
class Beam(Strategy):
    """Beam search: `size` hypotheses run, and the `size` best finished ones are kept beside them.

    At every step the 2 K most probable continuations of a source's running hypotheses are ranked by probability. Of the best K
    those that end are finished; the best K that do not end run on. At the maximum length the best K are finished as they are.
    A source is done when no running hypothesis can overtake the worst of its K finished ones any more, which is certain since a
    log-probability only falls and the penalty only grows. A beam of one is greedy search: it ends with its first hypothesis.

    Finished hypotheses are ranked by log P / penalty, over their length with the end token:
    "gnmt" ((5 + length) / 6) ** length_penalty (Wu et al. 2016, equation 14), "power" length ** length_penalty, which at 1 is
    the mean.

    With groups the beam is so many smaller ones, which search one after the other at every step: a token that earlier groups
    just took is ranked lower by `diversity` for each time that it was taken (Vijayakumar et al. 2018). Scores stay those of the
    model.

    Args:
        size: int, K, of all groups together.
        length_penalty: float of at least 0; 0 ranks by probability alone and favours short outputs.
        formula: "gnmt" or "power".
        groups: int that divides `size`.
        diversity: float of at least 0.
        constraints: `Constraints`.

    Raises:
        ZooError: a value out of range.
    """

    size: int = 4
    length_penalty: float = 0.6
    formula: str = "gnmt"
    groups: int = 1
    diversity: float = 0.0
    constraints: Constraints = Constraints()

    quiet = ("groups", "diversity")

    def __post_init__(self):
        check_positive(beam_size=self.size, groups=self.groups)
        check_choice(("gnmt", "power"), formula=self.formula)
        for name in ("length_penalty", "diversity"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < math.inf:
                raise ZooError(f"{name} must be a number of at least 0, got {value!r}")
        if self.size % self.groups:
            raise ZooError(f"a beam of {self.size} cannot be cut into {self.groups} equal groups")
        if self.diversity and self.groups == 1:
            raise ZooError("diversity is between groups, and there is one; give groups=2 or more")

    def __call__(self, model, source, max_length, rows=None):
        groups, size, vocabulary = self.groups, self.size // self.groups, model.target_vocabulary
        sources = ops.shape(source)[0]
        batch = sources * groups  # a group is a small beam of its own
        rules = Rules(self.constraints, model, source, max_length, self.size)
        column, most = ops.arange(max_length)[None, None], ops.reshape(rules.most, (batch, size))[:, 0]  # [B G]
        wide = min(2 * size, size * vocabulary)
        runner_up = ops.arange(wide)[None] >= size  # [1, 2K]: too improbable to finish

        def step(t, running, finished, done, state):
            logits, state = model.step(ops.reshape(running.last, (batch * size,)), state)
            following = rules.log_probabilities(logits, ops.reshape(running.tokens, (batch * size, max_length)), t)
            candidates = running.log_p[..., None] + ops.reshape(following, (batch, size, vocabulary))
            candidates = ops.reshape(ops.maximum(candidates, 2 * IMPOSSIBLE), (batch, size * vocabulary))
            rank, log_p, chosen = self.choose(candidates, wide, vocabulary)  # [B G, 2K], the best first
            parents, tokens = chosen // vocabulary, chosen % vocabulary
            written = ops.where(column == t, tokens[..., None], gather(running.tokens, parents))  # [B G, 2K, L]
            ends = ops.logical_or(tokens == model.end_id, (t >= most - 1)[:, None])

            lost = ops.logical_or(ops.logical_or(ops.logical_not(ends), runner_up), done[:, None])
            scores = ops.where(lost, 3 * IMPOSSIBLE, log_p / self.penalty(t + 1))
            merged = tuple(ops.concatenate(pair, 1) for pair in zip(finished, (written, scores, log_p)))
            best = ops.cast(ops.top_k(merged[1], size)[1], "int32")  # [B G, K]
            finished = Finished(*(gather(x, best) for x in merged))

            kept = ops.cast(ops.top_k(ops.where(ends, 3 * IMPOSSIBLE, rank), size)[1], "int32")
            parents = gather(parents, kept)  # [B G, K]
            log_p = gather(ops.where(ends, 3 * IMPOSSIBLE, log_p), kept)
            running = Running(gather(written, kept), gather(tokens, kept), log_p)
            chosen = ops.reshape(ops.arange(batch)[:, None] * size + parents, (batch * size,))
            cache = keras.tree.map_structure(lambda x: ops.take(x, chosen, axis=0), state.cache)

            worst = finished.scores[:, -1]
            settled = ops.max(log_p, 1) / self.penalty(most) <= worst if size > 1 else worst > 2 * IMPOSSIBLE
            done = ops.logical_or(ops.logical_or(done, settled), t >= most - 1)
            return t + 1, running, finished, done, state._replace(cache=cache)

        def unfinished(t, running, finished, done, state):
            return ops.logical_and(t < max_length, ops.logical_not(ops.all(done)))

        state = repeated(model.start(model.encode(source), max_length), self.size)
        log_p = ops.tile(ops.where(ops.arange(size) == 0, 0.0, IMPOSSIBLE)[None], (batch, 1))  # one live hypothesis at first
        empty, none = ops.zeros((batch, size, max_length), "int32"), ops.full((batch, size), 3 * IMPOSSIBLE)
        running = Running(empty, ops.full((batch, size), model.start_id, "int32"), log_p)
        start = (ops.convert_to_tensor(0, "int32"), running, Finished(empty, none, none), ops.zeros((batch,), "bool"), state)
        _, _, finished, _, _ = ops.while_loop(unfinished, step, start)
        found = Hypotheses(*(ops.reshape(x, (sources, self.size, *x.shape[2:])) for x in finished))
        if groups == 1:
            return found
        order = ops.cast(ops.top_k(found.scores, self.size)[1], "int32")
        return Hypotheses(*(gather(x, order) for x in found))

    def choose(self, candidates, wide, vocabulary):
        """The `wide` best of each group's candidates [B G, K V]: ranks, log-probabilities and places [B G, wide]."""
        if self.groups == 1:
            log_p, chosen = ops.top_k(candidates, wide)
            return log_p, log_p, ops.cast(chosen, "int32")
        candidates = ops.reshape(candidates, (-1, self.groups, self.size // self.groups * vocabulary))  # [B, G, K V]
        taken, found = 0.0, []
        for group in range(self.groups):
            own = candidates[:, group]
            rank, chosen = ops.top_k(own - self.diversity * taken, wide)
            chosen = ops.cast(chosen, "int32")
            found.append((rank, ops.take_along_axis(own, chosen, axis=-1), chosen))
            first = ops.one_hot(chosen[:, :self.size // self.groups] % vocabulary, vocabulary)  # [B, K, V]
            taken = taken + ops.tile(ops.sum(first, 1), (1, self.size // self.groups))
        return tuple(ops.reshape(ops.stack(part, 1), (-1, wide)) for part in zip(*found))

    def penalty(self, length):
        """int -> float32, what a log-probability is divided by."""
        length = ops.cast(length, "float32")
        return ((5.0 + length) / 6.0 if self.formula == "gnmt" else length) ** self.length_penalty


class Running(NamedTuple):
    """Hypotheses that go on, the best first: tokens so far [B, K, L], the last one [B, K], and log-probabilities [B, K]."""

    tokens: Any
    last: Any
    log_p: Any


class Finished(NamedTuple):
    """Finished hypotheses, the best first: tokens [B, K, L], scores and log-probabilities [B, K]."""

    tokens: Any
    scores: Any
    log_p: Any
