"""The interface of a strategy, which searches the outputs of any `Seq2Seq`.

B sources, K hypotheses each, S source length, L maximum target length, V vocabulary.
"""

import dataclasses
from typing import Any, ClassVar

from zoo.decoding.constraints import Constraints, Limits, Rules
from zoo.decoding.ensemble import Ensemble
from zoo.decoding.hypotheses import Hypotheses
from zoo.decoding.search import search
from zoo.seq2seq import Seq2Seq


class Strategy:
    """Base of the strategies.

    A subclass says how a source's hypotheses begin, are extended by a token, and end, for many
    sources that may stand at different positions. `zoo.decoding.search` does the rest. What a
    strategy carries from step to step is a named tuple of its own with leaves [B, ...]. Two of them
    are `tokens`, int32 [B, K, L], the tokens so far, and `last`, int32 [B, K], the last of them.

    Strategies are frozen dataclasses with a field `constraints`. Their `repr` stands in result
    rows; it shows the fields named in `quiet` only if they differ from their defaults.
    """

    constraints: Constraints
    quiet: ClassVar[tuple[str, ...]] = ()
    most: ClassVar[int] = 5_000  # hypotheses per source; a step of more takes seconds

    @property
    def hypotheses(self) -> int:
        """Hypotheses per source, K."""
        raise NotImplementedError(f"{type(self).__name__} must define hypotheses")

    def check(self, model: Seq2Seq | Ensemble, max_length: int) -> None:
        """Raises `ZooError` if the strategy cannot be used with the model or the maximum length."""
        self.constraints.check(model, max_length)

    def begin(self, sources: int, start_id: int, max_length: int, length: int) -> Any:
        """What is running before the first step.

        Args:
            sources: int, B.
            start_id: int, the token that opens every output.
            max_length: int, L.
            length: int, S.
        """
        raise NotImplementedError(f"{type(self).__name__} must define begin")

    def extend(
        self,
        running: Any,
        logits: Any,
        attention: Any,
        rules: Rules,
        t: Any,
        limits: Limits,
        numbers: Any,
    ) -> tuple[Any, Any]:
        """Extends every hypothesis by one token.

        Args:
            running: from `begin` or the last step.
            logits: float32 [B, K, V] of the next tokens.
            attention: float32 [B, K, S], the step's attention over the source, or None.
            rules: `Rules` of the constraints.
            t: int32 [B], tokens so far.
            limits: `Limits` of the sources.
            numbers: int32 [B], number of each source.

        Returns:
            What is running afterwards, and the hypothesis from which each new one goes on, int32
            [B, K], or None if each goes on from itself.
        """
        raise NotImplementedError(f"{type(self).__name__} must define extend")

    def done(self, running: Any) -> Any:
        """Sources that need no further step: bool [B]. A further one must not change the result."""
        raise NotImplementedError(f"{type(self).__name__} must define done")

    def found(self, running: Any) -> Hypotheses:
        """`Hypotheses` of the sources that are done."""
        raise NotImplementedError(f"{type(self).__name__} must define found")

    def __call__(
        self, model: Seq2Seq | Ensemble, source: Any, max_length: int, numbers: Any = None
    ) -> Hypotheses:
        """Searches a batch.

        Args:
            model: `Seq2Seq` or `Ensemble`.
            source: int [B, S], or `Frames`.
            max_length: int, L, the maximum number of tokens in an output, end token included.
            numbers: int32 [B], number of each source, which seeds its samples; None counts from 0.

        Returns:
            `Hypotheses`.
        """
        return search(self, model, source, max_length, numbers)

    def __repr__(self) -> str:
        shown = []
        for field in dataclasses.fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            optional = field.name in ("constraints", *self.quiet)
            if value != field.default or not optional:
                shown.append(f"{field.name}={value!r}")
        return f"{type(self).__name__}({', '.join(shown)})"
