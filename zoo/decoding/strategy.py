"""What a strategy is: a small object that searches the outputs of any `Seq2Seq`, and whose `repr` stands in result rows."""

import dataclasses


class Strategy:
    """Base of the strategies, frozen dataclasses with a field `constraints`; fields in `quiet` are shown where they are given.

    Call arguments:
        model: `Seq2Seq`.
        source: int [B, S].
        max_length: int, L, the most tokens of an output, the end token included.
        rows: int32 [B], number of each source, which seeds its samples; None counts from 0.

    Returns:
        `Hypotheses`.
    """

    quiet = ()

    def __call__(self, model, source, max_length, rows=None):
        raise NotImplementedError(f"{type(self).__name__} must define __call__")

    def __repr__(self):
        given = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)
                 if getattr(self, f.name) != f.default or f.name not in ("constraints", *self.quiet)}
        return f"{type(self).__name__}({', '.join(f'{key}={value!r}' for key, value in given.items())})"
