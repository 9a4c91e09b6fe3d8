"""The base of greedy decoding and sampling. Shapes as in `zoo.decoding.strategy`."""

from typing import Any, NamedTuple

from keras import ops

from zoo.decoding.hypotheses import Hypotheses, gather
from zoo.decoding.strategy import Strategy
from zoo.seq2seq import PAD_ID


class Rolled(NamedTuple):
    """Running hypotheses: tokens [B, K, L], the last tokens, summed log-probabilities, ended."""

    tokens: Any
    last: Any
    log_p: Any
    ended: Any


class Rollout(Strategy):
    """Extends each hypothesis by itself. A subclass defines `choose` and `hypotheses`."""

    def choose(self, scores: Any, t: Any, numbers: Any) -> Any:
        """Scores [B, K, V], positions [B] and numbers of sources [B] -> tokens int32 [B, K]."""
        raise NotImplementedError(f"{type(self).__name__} must define choose")

    def begin(self, sources: int, start_id: int, max_length: int, length: int) -> Rolled:
        shape = (sources, self.hypotheses)
        return Rolled(
            ops.zeros((*shape, max_length), "int32"),
            ops.full(shape, start_id, dtype="int32"),
            ops.zeros(shape),
            ops.zeros(shape, "bool"),
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
        tokens, _, log_p, ended = running
        scores, norm = rules.scores(logits, tokens, t, limits)
        chosen = self.choose(scores, t, numbers)
        log_p = log_p + ops.where(
            ended, 0.0, ops.take_along_axis(scores, chosen[..., None], axis=-1)[..., 0] - norm
        )
        chosen = ops.where(ended, PAD_ID, chosen)
        now = ops.logical_and(
            ops.arange(tokens.shape[-1]) == t[:, None, None], ops.logical_not(ended)[..., None]
        )
        tokens = ops.where(now, chosen[..., None], tokens)
        return Rolled(
            tokens, chosen, log_p, ops.logical_or(ended, rules.ends(chosen, t, limits))
        ), None

    def done(self, running: Rolled) -> Any:
        return ops.all(running.ended, axis=1)

    def found(self, running: Rolled) -> Hypotheses:
        if self.hypotheses == 1:
            return Hypotheses(running.tokens, running.log_p, running.log_p)
        log_p, order = ops.top_k(running.log_p, self.hypotheses)
        return Hypotheses(gather(running.tokens, ops.cast(order, "int32")), log_p, log_p)
