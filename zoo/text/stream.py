"""Texts in, texts out, in a stream: what a run and a public checkpoint share."""

import collections

from zoo.data.tokenizers import UNK
from zoo.decoding.generate import stream
from zoo.errors import ZooError


def stream_texts(model, texts, encode, decode, strategy, max_length, split=None, jit=True):
    """Decodes texts as they come.

    Args:
        model: as in `generate`.
        texts: iterable of str.
        encode: function of a text to token ids closed by the end token, which raises `ZooError` for a text that it cannot take.
        decode: function of token ids to a text, and where `split` is given, of what stands for the unknown ones.
        strategy, max_length, jit: as in `generate`.
        split: function of a text to the symbols of its token ids, with which unknown ones of an output are replaced; or None.

    Yields:
        For each text in turn a list of (output text, score), best first.

    Raises:
        ZooError: as `encode` does, with the number of the text where it is not the only one.
    """
    read = collections.deque()  # symbols of the sources that have no output yet

    def taken(text):
        if split is not None:
            read.append(split(text))
        return encode(text)

    for best in stream(
        model, numbered(texts, taken), strategy, max_length, details=split is not None, jit=jit
    ):
        if split is None:
            yield [(decode(output.ids), output.score) for output in best]
        else:
            symbols = read.popleft()
            yield [
                (decode(output.ids, looked_at(output, symbols)), output.score) for output in best
            ]


def looked_at(output, symbols):
    """For each unknown token of an `Output` with attention, the source symbol that it looked at most."""
    return [
        symbols[look[: len(symbols)].argmax()]
        for i, look in zip(output.ids, output.attention)
        if i == UNK
    ]


def numbered(texts, encode, kind="text"):
    """What `encode` makes of each text, or item of another kind; an error says which one it is about, but in a list of one."""
    known = len(texts) if isinstance(texts, (list, tuple)) else None
    for number, text in enumerate(texts, 1):
        try:
            yield encode(text)
        except ZooError as error:
            raise ZooError(str(error) if known == 1 else f"{kind} {number}: {error}") from None
