"""What a strategy is: a small object that searches the outputs of any `Seq2Seq`, and whose `repr` stands in result rows.

B sources, K hypotheses each, L maximum target length, V vocabulary.
"""

import dataclasses

from zoo.decoding.search import search


class Strategy:
    """Base of the strategies, frozen dataclasses with a field `constraints`; fields in `quiet` are shown where they are given.

    A subclass says how a source's hypotheses begin, are extended by a token, and end, for many sources that may stand at
    different positions; `zoo.decoding.search` does the rest. What it carries from step to step is a named tuple of its own with
    leaves [B, ...], among them `tokens`, int32 [B, K, L], and `last`, int32 [B, K], the tokens so far and the last of them.
    """

    quiet = ()

    @property
    def hypotheses(self):
        """int, K."""
        raise NotImplementedError(f"{type(self).__name__} must define hypotheses")

    def check(self, model, max_length):
        """Raises `ZooError` where the model, or the maximum length, is none for this strategy."""
        self.constraints.check(model, max_length)

    def begin(self, sources, start_id, max_length, length):
        """What is running before the first step of `sources` sources of up to `length` tokens."""
        raise NotImplementedError(f"{type(self).__name__} must define begin")

    def extend(self, running, logits, attention, rules, t, limits, numbers):
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
            What is running on, and for each new hypothesis the one that it goes on from, int32 [B, K]; None where none moved.
        """
        raise NotImplementedError(f"{type(self).__name__} must define extend")

    def done(self, running):
        """Which sources need no further step: bool [B]. Steps that they take none the less must not change what is found."""
        raise NotImplementedError(f"{type(self).__name__} must define done")

    def found(self, running):
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
        return f"{type(self).__name__}({', '.join(f'{key}={value!r}' for key, value in given.items())})"
