"""How texts are decoded: the options that travel together from a caller to the search."""

import dataclasses
from typing import Any

from zoo.decoding import Greedy
from zoo.decoding.strategy import Strategy
from zoo.errors import check_positive

LONGEST_OUTPUT = 128  # tokens of an output where neither the caller nor a task sets a limit


@dataclasses.dataclass(frozen=True)
class Decoding:
    """How texts are decoded.

    Args:
        strategy: `Greedy()`, `Beam(...)` or `Sample(...)`.
        longest: the maximum number of tokens in a source. None takes the longest source of the
            run's task; a checkpoint has no such limit.
        max_length: the maximum number of tokens in an output. None takes the longest target of the
            run's task, or twice `longest` if that is more; for a checkpoint 128, or its positions
            if fewer.
        replace_unknown: whether sources may have symbols that the vocabulary lacks. Each `<unk>`
            of an output then becomes the source symbol that it looked at most (Luong et al. 2015,
            "Addressing the Rare Word Problem").
        compiled: whether XLA compiles the search. None decides as the run's recipe does; a
            checkpoint is compiled.

    Raises:
        ZooError: `longest` or `max_length` is not a whole number above 0.
    """

    strategy: Strategy = Greedy()
    longest: int | None = None
    max_length: int | None = None
    replace_unknown: bool = False
    compiled: bool | None = None

    def __post_init__(self):
        for name in ("longest", "max_length"):
            if getattr(self, name) is not None:
                check_positive(**{name: getattr(self, name)})


def longest_output(model: Any, least: int, source: int) -> int:
    """The maximum number of tokens in an output where the caller sets none.

    Args:
        model: `Seq2Seq` or `Ensemble`.
        least: tokens of the task's longest target.
        source: the maximum number of tokens in a source, if the caller sets it, or 0.

    Returns:
        Twice `source`, or as many as the model has positions for next to it; at least `least`.
    """
    wanted, room = 2 * source, model.longest_target()
    spare = model.longest_source(wanted)
    if spare is not None:
        wanted -= max(0, source - spare)
    return max(least, wanted if room is None else min(wanted, room))


def default_output_length(model: Any) -> int:
    """The maximum number of tokens in an output where neither the caller nor a task sets one.

    At most the positions of the model, or half of them if source and output share them.
    """
    positions = model.longest_target()
    if positions is None:
        return LONGEST_OUTPUT
    shared = model.longest_source(1) != model.longest_source(2)
    return max(1, min(LONGEST_OUTPUT, positions // 2 if shared else positions))
