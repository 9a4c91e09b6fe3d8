"""One token after another, without a search, which greedy decoding and sampling share.

Shapes as in `zoo.decoding.strategy`.
"""

from typing import Any, NamedTuple

from keras import ops

from zoo.decoding.constraints import Limits, Rules
from zoo.decoding.hypotheses import Hypotheses
from zoo.decoding.strategy import Strategy
from zoo.layers.gather import gather
from zoo.seq2seq import PAD_ID


class Rolled(NamedTuple):
    """Hypotheses that each go on by themselves.

    Attributes:
        tokens: int32 [B, K, L], the tokens so far.
        last: int32 [B, K], the last of them.
        log_p: float32 [B, K], their summed log-probability.
        ended: bool [B, K].
    """

    tokens: Any
    last: Any
    log_p: Any
    ended: Any


class Rollout(Strategy):
    """Extends every hypothesis by one token until it ends.

    A subclass defines `choose` and `hypotheses`.
    """

    def choose(self, scores: Any, t: Any, numbers: Any) -> Any:
        """Chooses the next tokens.

        Args:
            scores: float32 [B, K, V], log-probabilities up to a constant.
            t: int32 [B], tokens so far.
            numbers: int32 [B], number of each source.

        Returns:
            int32 [B, K].
        """
        raise NotImplementedError(f"{type(self).__name__} must define choose")

    def begin(self, sources: int, start_id: int, max_length: int, length: int) -> Rolled:
        shape = (sources, self.hypotheses)
        return Rolled(
            tokens=ops.zeros((*shape, max_length), "int32"),
            last=ops.full(shape, start_id, dtype="int32"),
            log_p=ops.zeros(shape),
            ended=ops.zeros(shape, "bool"),
        )

    def extend(
        self,
        running: Rolled,
        logits: Any,
        attention: Any,
        rules: Rules,
        t: Any,
        limits: Limits,
        numbers: Any,
    ) -> tuple[Rolled, None]:
        tokens, _, log_p, ended = running
        scores, norm = rules.scores(logits, tokens, t, limits)
        chosen = self.choose(scores, t, numbers)  # [B, K]
        own = ops.take_along_axis(scores, chosen[..., None], axis=-1)[..., 0] - norm
        log_p = log_p + ops.where(ended, 0.0, own)
        chosen = ops.where(ended, PAD_ID, chosen)
        now = ops.arange(tokens.shape[-1]) == t[:, None, None]
        now = ops.logical_and(now, ops.logical_not(ended)[..., None])  # [B, K, L]
        tokens = ops.where(now, chosen[..., None], tokens)
        ended = ops.logical_or(ended, rules.ends(chosen, t, limits))
        return Rolled(tokens, chosen, log_p, ended), None

    def done(self, running: Rolled) -> Any:
        return ops.all(running.ended, axis=1)

    def found(self, running: Rolled) -> Hypotheses:
        if self.hypotheses == 1:
            return Hypotheses(running.tokens, running.log_p, running.log_p)
        log_p, order = ops.top_k(running.log_p, self.hypotheses)
        return Hypotheses(gather(running.tokens, ops.cast(order, "int32")), log_p, log_p)
