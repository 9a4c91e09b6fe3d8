"""Sentinels: the tokens of T5 and ByT5 that stand for spans left out of a text."""

import re

from zoo.errors import ZooError

MOST = 100_000  # sentinels of a tokenizer; T5 has 100, ByT5 has 125


class Sentinels:
    """`<extra_id_0>` to `<extra_id_N-1>` in a text whose other parts another tokenizer encodes.

    Args:
        count: int, N.
        to_id: function from a sentinel's number to its id.

    Raises:
        ZooError: a count that is not a whole number from 0 to `MOST`.
    """

    def __init__(self, count, to_id):
        if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MOST:
            raise ZooError(f"extra_ids must be a whole number from 0 to {MOST:,}, got {count!r}")
        self.to_id = {f"<extra_id_{i}>": to_id(i) for i in range(count)}
        self.to_token = {i: token for token, i in self.to_id.items()}

    def split(self, text):
        """A text cut at its sentinels: list of str, each a sentinel or the text between two.

        A number that is no sentinel of this tokenizer does not cut the text.
        """
        if "<extra_id_" not in text:
            return [text]
        parts = []
        for part in re.split(r"(<extra_id_\d+>)", text):
            if parts and part not in self.to_id and parts[-1] not in self.to_id:
                parts[-1] += part
            else:
                parts.append(part)
        return [part for part in parts if part]

    def encode(self, texts, encode):
        """Ids of each of `texts`: list of lists of int.

        Args:
            texts: sequence of str.
            encode: function from a list of str to lists of int, for the text between sentinels.
        """
        texts = [self.split(text) for text in texts]
        others = iter(encode([part for parts in texts for part in parts if part not in self.to_id]))
        encoded = []
        for parts in texts:
            ids = []
            for part in parts:
                ids += [self.to_id[part]] if part in self.to_id else next(others)
            encoded.append(ids)
        return encoded

    def decode(self, ids, decode, between=" "):
        """Text of `ids`, with the runs between sentinels read by `decode`, joined by `between`."""
        parts = []
        run = []
        for i in [*ids, None]:
            if i is not None and i not in self.to_token:
                run.append(i)
                continue
            if run:
                parts.append(decode(run))
            if i is not None:
                parts.append(self.to_token[i])
            run = []
        return between.join(parts)
