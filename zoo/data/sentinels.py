"""Sentinels: the tokens of T5 and ByT5 that stand for spans left out of a text."""

import re


class Sentinels:
    """`<extra_id_0>` to `<extra_id_N-1>` amid a text that something else encodes.

    Args:
        count: int, N.
        to_id: function of a sentinel's number to its id.
    """

    def __init__(self, count, to_id):
        self.to_id = {f"<extra_id_{i}>": to_id(i) for i in range(count)}
        self.to_token = {i: token for token, i in self.to_id.items()}

    def split(self, text):
        """A text as a list of str, each a sentinel or what stands between two."""
        return (
            [part for part in re.split(r"(<extra_id_\d+>)", text) if part]
            if "<extra_id_" in text
            else [text]
        )

    def encode(self, texts, encode):
        """Ids of each of `texts`, parts without sentinels by `encode`, a function of a list of str to lists of int."""
        texts = [self.split(text) for text in texts]
        others = iter(encode([part for parts in texts for part in parts if part not in self.to_id]))
        return [
            [
                i
                for part in parts
                for i in ([self.to_id[part]] if part in self.to_id else next(others))
            ]
            for parts in texts
        ]

    def decode(self, ids, decode, between=" "):
        """Text of `ids`, runs without sentinels by `decode`; parts are joined by `between`."""
        parts, run = [], []
        for i in [*ids, None]:
            if i is not None and i not in self.to_token:
                run.append(i)
                continue
            parts += [decode(run)] if run else []
            parts += [] if i is None else [self.to_token[i]]
            run = []
        return between.join(parts)
