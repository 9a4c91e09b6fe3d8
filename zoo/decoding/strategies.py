"""Decoding strategies: small objects that search the outputs of any `Seq2Seq`. Their `repr` stands in result rows.

B batch, K hypotheses a source, L maximum target length, V vocabulary.
"""

import dataclasses
from typing import Any, NamedTuple

import keras
from keras import ops

from zoo.errors import ZooError, check_positive
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
    """Beam search: the `size` best hypotheses at every step; finished ones are frozen and stay while they rank among these.

    Hypotheses are ranked by log P / ((5 + length) / 6) ** length_penalty (Wu et al. 2016, equation 14), the end token counted.

    Args:
        size: int, K.
        length_penalty: float of at least 0; 0 ranks by probability alone and favours short outputs.
    """

    size: int = 4
    length_penalty: float = 0.6

    def __post_init__(self):
        check_positive(beam_size=self.size)
        if isinstance(self.length_penalty, bool) or not isinstance(self.length_penalty, (int, float)) or not (
                0 <= self.length_penalty < float("inf")):
            raise ZooError(f"length_penalty must be a number of at least 0, got {self.length_penalty!r}")

    def __call__(self, model, source, max_length):
        """int [B, S] -> `Hypotheses` with K = size."""
        batch, size, vocabulary = ops.shape(source)[0], self.size, model.target_vocabulary
        allowed = allowed_tokens(model)
        only_padding = ops.where(ops.arange(vocabulary) == PAD_ID, 0.0, IMPOSSIBLE)  # what follows a finished hypothesis
        column = ops.arange(max_length)[None, None]
        first_rows = ops.arange(batch)[:, None] * size  # [B, 1]

        def step(t, tokens, last, log_p, lengths, finished, state):
            logits, state = model.step(ops.reshape(last, (batch * size,)), state)
            following = ops.log_softmax(logits, axis=-1) + allowed
            following = ops.where(finished[..., None], only_padding, ops.reshape(following, (batch, size, vocabulary)))
            candidates = ops.maximum(log_p[..., None] + following, 2 * IMPOSSIBLE)  # [B, K, V]
            longer = lengths + ops.cast(ops.logical_not(finished), "int32")  # [B, K]
            ranked = ops.reshape(candidates / self.penalty(longer)[..., None], (batch, size * vocabulary))
            chosen = ops.cast(ops.top_k(ranked, size)[1], "int32")  # [B, K]
            rows = ops.reshape(first_rows + chosen // vocabulary, (batch * size,))
            last = chosen % vocabulary
            take = lambda x: ops.reshape(ops.take(ops.reshape(x, (batch * size, *x.shape[2:])), rows, axis=0), ops.shape(x))
            tokens = ops.where(column == t, last[..., None], take(tokens))
            log_p = pick(candidates, rows, last)
            finished = ops.logical_or(take(finished), last == model.end_id)
            cache = keras.tree.map_structure(lambda x: ops.take(x, rows, axis=0), state.cache)
            return t + 1, tokens, last, log_p, take(longer), finished, state._replace(cache=cache)

        def pick(candidates, rows, last):
            flat = ops.reshape(candidates, (batch * size * vocabulary,))
            return ops.take(flat, ops.reshape(rows, (batch, size)) * vocabulary + last, axis=0)

        def unfinished(t, tokens, last, log_p, lengths, finished, state):
            return ops.logical_and(t < max_length, ops.logical_not(ops.all(finished)))

        state = keras.tree.map_structure(lambda x: ops.repeat(x, size, axis=0), model.start(model.encode(source), max_length))
        log_p = ops.tile(ops.where(ops.arange(size) == 0, 0.0, IMPOSSIBLE)[None], (batch, 1))  # one live hypothesis at first
        start = (ops.convert_to_tensor(0, "int32"), ops.zeros((batch, size, max_length), "int32"),
                 ops.full((batch, size), model.start_id, "int32"), log_p, ops.zeros((batch, size), "int32"),
                 ops.zeros((batch, size), "bool"), state)
        _, tokens, _, log_p, lengths, _, _ = ops.while_loop(unfinished, step, start)
        return Hypotheses(tokens, log_p / self.penalty(lengths), log_p)

    def penalty(self, lengths):
        """int [...] -> float32 [...], what a log-probability is divided by."""
        return ((5.0 + ops.cast(lengths, "float32")) / 6.0) ** self.length_penalty


def allowed_tokens(model):
    """float32 [V]: 0 for tokens a model may put out, very negative for padding and the start token."""
    ids = ops.arange(model.target_vocabulary)
    banned = ops.logical_or(ids == PAD_ID, ids == model.start_id)
    return ops.where(banned, IMPOSSIBLE, 0.0)
