"""Decoding strategies: small objects that search the outputs of any `Seq2Seq`. Their `repr` stands in result rows.

B batch, K hypotheses a source, L maximum target length, V vocabulary.
"""

import dataclasses
from typing import Any, NamedTuple

import keras
from keras import ops

from zoo.errors import ZooError, check_choice, check_positive
from zoo.seq2seq import PAD_ID

IMPOSSIBLE = -1e9  # a log-probability that no hypothesis survives; finite, so that sums stay finite


class Hypotheses(NamedTuple):
    """Outputs of a search, the best of each source first.

    Attributes:
        tokens: int32 [B, K, L], closed by `end_id` unless the length ran out, then padded.
        scores: float32 [B, K], by which the hypotheses are ranked.
        log_probabilities: float32 [B, K], summed over the tokens, the end token included.
    """

    tokens: Any
    scores: Any
    log_probabilities: Any


@dataclasses.dataclass(frozen=True)
class Greedy:
    """The most probable token at every step."""

    def __call__(self, model, source, max_length):
        """int [B, S] -> `Hypotheses` with K = 1."""
        batch = ops.shape(source)[0]
        allowed = allowed_tokens(model)
        row = ops.arange(max_length)[None]

        def step(t, token, tokens, total, finished, state):
            logits, state = model.step(token, state)
            log_p = ops.log_softmax(logits, axis=-1) + allowed  # [B, V]
            best = ops.cast(ops.argmax(log_p, axis=-1), "int32")
            total = total + ops.where(finished, 0.0, ops.max(log_p, axis=-1))
            token = ops.where(finished, PAD_ID, best)
            tokens = ops.where(row == t, token[:, None], tokens)
            return t + 1, token, tokens, total, ops.logical_or(finished, token == model.end_id), state

        def unfinished(t, token, tokens, total, finished, state):
            return ops.logical_and(t < max_length, ops.logical_not(ops.all(finished)))

        start = (ops.convert_to_tensor(0, "int32"), ops.full((batch,), model.start_id, "int32"),
                 ops.zeros((batch, max_length), "int32"), ops.zeros((batch,), "float32"), ops.zeros((batch,), "bool"),
                 model.start(model.encode(source), max_length))
        _, _, tokens, total, _, _ = ops.while_loop(unfinished, step, start)
        return Hypotheses(tokens[:, None], total[:, None], total[:, None])


@dataclasses.dataclass(frozen=True)
class Beam:
    """Beam search: `size` hypotheses run, and the `size` best finished ones are kept beside them.

    At every step the 2 K most probable continuations of a source's running hypotheses are ranked by probability. Of the best K
    those that end are finished; the best K that do not end run on. At the maximum length the best K are finished as they are.
    A source is done when no running hypothesis can overtake the worst of its K finished ones any more, which is certain since a
    log-probability only falls and the penalty only grows. A beam of one is greedy search: it ends with its first hypothesis.

    Finished hypotheses are ranked by log P / penalty, over their length with the end token:
    "gnmt" ((5 + length) / 6) ** length_penalty (Wu et al. 2016, equation 14), "power" length ** length_penalty, which at 1 is
    the mean.

    Args:
        size: int, K.
        length_penalty: float of at least 0; 0 ranks by probability alone and favours short outputs.
        formula: "gnmt" or "power".
    """

    size: int = 4
    length_penalty: float = 0.6
    formula: str = "gnmt"

    def __post_init__(self):
        check_positive(beam_size=self.size)
        check_choice(("gnmt", "power"), formula=self.formula)
        if isinstance(self.length_penalty, bool) or not isinstance(self.length_penalty, (int, float)) or not (
                0 <= self.length_penalty < float("inf")):
            raise ZooError(f"length_penalty must be a number of at least 0, got {self.length_penalty!r}")

    def __call__(self, model, source, max_length):
        """int [B, S] -> `Hypotheses` with K = size."""
        batch, size, vocabulary = ops.shape(source)[0], self.size, model.target_vocabulary
        allowed, column, last_step = allowed_tokens(model), ops.arange(max_length)[None, None], max_length - 1
        wide = min(2 * size, size * vocabulary)
        runner_up = ops.arange(wide)[None] >= size  # [1, 2K]: too improbable to finish

        def step(t, running, finished, done, state):
            logits, state = model.step(ops.reshape(running.last, (batch * size,)), state)
            following = ops.reshape(ops.log_softmax(logits, axis=-1) + allowed, (batch, size, vocabulary))
            candidates = ops.maximum(running.log_p[..., None] + following, 2 * IMPOSSIBLE)  # [B, K, V]
            log_p, chosen = ops.top_k(ops.reshape(candidates, (batch, size * vocabulary)), wide)  # [B, 2K]
            parents, tokens = ops.cast(chosen, "int32") // vocabulary, ops.cast(chosen, "int32") % vocabulary
            written = ops.where(column == t, tokens[..., None], gather(running.tokens, parents))  # [B, 2K, L]
            ends = ops.logical_or(tokens == model.end_id, t == last_step)

            lost = ops.logical_or(ops.logical_or(ops.logical_not(ends), runner_up), done[:, None])
            scores = ops.where(lost, 3 * IMPOSSIBLE, log_p / self.penalty(t + 1))
            merged = tuple(ops.concatenate(pair, 1) for pair in zip(finished, (written, scores, log_p)))
            best = ops.cast(ops.top_k(merged[1], size)[1], "int32")  # [B, K]
            finished = Finished(*(gather(x, best) for x in merged))

            log_p = ops.where(ends, 3 * IMPOSSIBLE, log_p)
            log_p, kept = ops.top_k(log_p, size)
            kept = ops.cast(kept, "int32")
            parents = gather(parents, kept)  # [B, K]
            running = Running(gather(written, kept), gather(tokens, kept), log_p)
            rows = ops.reshape(ops.arange(batch)[:, None] * size + parents, (batch * size,))
            cache = keras.tree.map_structure(lambda x: ops.take(x, rows, axis=0), state.cache)

            worst = finished.scores[:, -1]
            settled = log_p[:, 0] / self.penalty(max_length) <= worst if size > 1 else worst > 2 * IMPOSSIBLE
            return t + 1, running, finished, ops.logical_or(done, settled), state._replace(cache=cache)

        def unfinished(t, running, finished, done, state):
            return ops.logical_and(t < max_length, ops.logical_not(ops.all(done)))

        state = keras.tree.map_structure(lambda x: ops.repeat(x, size, axis=0), model.start(model.encode(source), max_length))
        log_p = ops.tile(ops.where(ops.arange(size) == 0, 0.0, IMPOSSIBLE)[None], (batch, 1))  # one live hypothesis at first
        empty, none = ops.zeros((batch, size, max_length), "int32"), ops.full((batch, size), 3 * IMPOSSIBLE)
        running = Running(empty, ops.full((batch, size), model.start_id, "int32"), log_p)
        start = (ops.convert_to_tensor(0, "int32"), running, Finished(empty, none, none), ops.zeros((batch,), "bool"), state)
        _, _, finished, _, _ = ops.while_loop(unfinished, step, start)
        return Hypotheses(*finished)

    def penalty(self, length):
        """int -> float32, what a log-probability is divided by."""
        length = ops.cast(length, "float32")
        return ((5.0 + length) / 6.0 if self.formula == "gnmt" else length) ** self.length_penalty


class Running(NamedTuple):
    """Hypotheses that go on: tokens so far [B, K, L], the last one [B, K], and log-probabilities [B, K], the best first."""

    tokens: Any
    last: Any
    log_p: Any


class Finished(NamedTuple):
    """Finished hypotheses, the best first: tokens [B, K, L], scores and log-probabilities [B, K]."""

    tokens: Any
    scores: Any
    log_p: Any


def gather(x, chosen):
    """Of each row of x [B, N, ...], the places in `chosen` [B, M]: [B, M, ...]."""
    batch, count = ops.shape(x)[:2]
    rows = ops.reshape(ops.arange(batch)[:, None] * count + chosen, (-1,))
    flat = ops.take(ops.reshape(x, (batch * count, *x.shape[2:])), rows, axis=0)
    return ops.reshape(flat, (*ops.shape(chosen), *x.shape[2:]))


def allowed_tokens(model):
    """float32 [V]: 0 for tokens a model may put out, very negative for padding and a start token that does not end, too."""
    ids = ops.arange(model.target_vocabulary)
    banned = ops.logical_or(ids == PAD_ID, ids == (PAD_ID if model.start_id == model.end_id else model.start_id))
    return ops.where(banned, IMPOSSIBLE, 0.0)
