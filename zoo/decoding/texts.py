"""Texts in, texts out, in a stream: what a run and a public checkpoint share."""

from zoo.decoding.generate import stream
from zoo.errors import ZooError


def stream_texts(model, texts, encode, decode, strategy, max_length, jit=True):
    """Decodes texts as they come.

    Args:
        model: as in `generate`.
        texts: iterable of str.
        encode: function of a text to token ids closed by the end token, which raises `ZooError` for a text that it cannot take.
        decode: function of token ids to a text.
        strategy, max_length, jit: as in `generate`.

    Yields:
        For each text in turn a list of (output text, score), best first.

    Raises:
        ZooError: as `encode` does, with the number of the text where it is not the only one.
    """
    for best in stream(model, numbered(texts, encode), strategy, max_length, jit=jit):
        yield [(decode(output.ids), output.score) for output in best]


def numbered(texts, encode, kind="text"):
    """What `encode` makes of each text, or item of another kind; an error says which one it is about, but in a list of one."""
    known = len(texts) if isinstance(texts, (list, tuple)) else None
    for number, text in enumerate(texts, 1):
        try:
            yield encode(text)
        except ZooError as error:
            raise ZooError(str(error) if known == 1 else f"{kind} {number}: {error}") from None
