"""Greedy search. Shapes as in `zoo.decoding.hypotheses`."""

import dataclasses

from keras import ops

from zoo.decoding.constraints import Constraints, Rules
from zoo.decoding.hypotheses import Hypotheses
from zoo.decoding.rollout import roll_out
from zoo.decoding.strategy import Strategy


@dataclasses.dataclass(frozen=True, repr=False)
class Greedy(Strategy):
    """The most probable token at every step.

    Args:
        constraints: `Constraints`.
    """

    constraints: Constraints = Constraints()

    def __call__(self, model, source, max_length, rows=None):
        rules, batch = Rules(self.constraints, model, source, max_length), ops.shape(source)[0]
        state = model.start(model.encode(source), max_length)
        choose = lambda log_p, t: ops.cast(ops.argmax(log_p, axis=-1), "int32")
        tokens, total = roll_out(model, state, rules, choose, batch, max_length)
        return Hypotheses(tokens[:, None], total[:, None], total[:, None])
