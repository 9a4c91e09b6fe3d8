"""The base of decoding strategies: small objects that search the outputs of any `Seq2Seq`.

The `repr` of a strategy is part of result rows.

B sources, K hypotheses each, L maximum target length, V vocabulary.
"""

import dataclasses
from typing import Any

from zoo.decoding.hypotheses import Hypotheses
from zoo.decoding.search import search


class Strategy:
    """Base of the strategies, which are frozen dataclasses with a field `constraints`.

    Fields in `quiet` are part of the `repr` only if they differ from their default.

    A subclass says how a source's hypotheses begin, are extended by a token, and end, for many
    sources that may stand at different positions; `zoo.decoding.search` does the rest. What it
    carries from step to step is a named tuple of its own with leaves [B, ...], among them `tokens`,
    int32 [B, K, L], and `last`, int32 [B, K], the tokens so far and the last of them.
    """

    quiet = ()

    @property
    def hypotheses(self) -> int:
        """K, the number of hypotheses per source."""
        raise NotImplementedError(f"{type(self).__name__} must define hypotheses")

    def check(self, model: Any, max_length: int) -> None:
        """Raises `ZooError` if the strategy cannot be used with the model or the maximum length."""
        self.constraints.check(model, max_length)

    def begin(self, sources: int, start_id: int, max_length: int, length: int) -> Any:
        """The running hypotheses before the first step, for sources of up to `length` tokens."""
        raise NotImplementedError(f"{type(self).__name__} must define begin")

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
        """One step.

        Args:
            running: what `begin` or the last step gave.
            logits: float32 [B, K, V] of the next tokens.
            attention: float32 [B, K, S], the step's over the source; `()` where there is none.
            rules: `Rules` of the constraints.
            t: int32 [B], tokens so far.
            limits: `Limits`.
            numbers: int32 [B], of the sources.

        Returns:
            The running hypotheses, and the hypothesis that each continues, int32 [B, K], or None
            if each continues itself.
        """
        raise NotImplementedError(f"{type(self).__name__} must define extend")

    def done(self, running: Any) -> Any:
        """Sources that need no further step: bool [B]. More steps must not change the result."""
        raise NotImplementedError(f"{type(self).__name__} must define done")

    def found(self, running: Any) -> Hypotheses:
        """`Hypotheses` of the sources that are done."""
        raise NotImplementedError(f"{type(self).__name__} must define found")

    def __call__(self, model, source, max_length, numbers=None):
        """Searches a batch.

        Args:
            model: `Seq2Seq` or `Ensemble`.
            source: int [B, S].
            max_length: int, L, the most tokens of an output, the end token included.
            numbers: int32 [B], number of each source, which seeds its samples; None counts from 0.

        Returns:
            `Hypotheses`.
        """
        return search(self, model, source, max_length, numbers)

    def __repr__(self):
        given = {
            f.name: getattr(self, f.name)
            for f in dataclasses.fields(self)
            if getattr(self, f.name) != f.default or f.name not in ("constraints", *self.quiet)
        }
        fields = ", ".join(f"{key}={value!r}" for key, value in given.items())
        return f"{type(self).__name__}({fields})"
