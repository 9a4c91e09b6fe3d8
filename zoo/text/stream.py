"""Parts of a stream of texts: sources in, errors with their number, outputs in their words."""

import collections

from zoo.data.tokenizers import UNK
from zoo.errors import ZooError


class NumberedError(ZooError):
    """What is wrong with one of several items.

    Attributes:
        number: of the item, from 1.
        reason: str, what is wrong with it.
    """

    def __init__(self, kind, number, reason):
        super().__init__(f"{kind} {number}: {reason}")
        self.number = number
        self.reason = str(reason)


def numbered(items, encode, kind="text"):
    """Yields `encode(item)` of each item. An error names the item's number if there are several.

    Args:
        items: iterable; only of a list or tuple is it known that it holds a single item.
        encode: function that takes an item and may raise `ZooError`.
        kind: what an item is called in the message.
    """
    alone = isinstance(items, (list, tuple)) and len(items) == 1
    for number, item in enumerate(items, 1):
        try:
            yield encode(item)
        except ZooError as error:
            if alone:
                raise
            raise NumberedError(kind, number, error) from None


def until_error(items, held):
    """Yields the items of an iterable up to its first `ZooError`, which goes to the list `held`."""
    try:
        yield from items
    except ZooError as error:
        held.append(error)


def encoded_texts(texts, encode, held, check=None):
    """The encoded sources of texts, an iterable.

    Args:
        texts: a list or a tuple, which is checked as a whole first; or another iterable.
        encode: function of a text that may raise `ZooError`.
        held: list that takes the error of a text that is met in its turn.
        check: function of a text that may raise `ZooError`, where sources are too large to be held
            at once; None checks a list by encoding it.
    """
    if isinstance(texts, (list, tuple)):
        if check is None:
            return list(numbered(texts, encode))
        collections.deque(numbered(texts, check), maxlen=0)
    return until_error(numbered(texts, encode), held)


def decoded(found, tokenizer, symbols, held):
    """Yields (text, score) of the hypotheses of each source, then raises the error in `held`.

    Args:
        found: iterable of lists of `Output`.
        tokenizer: the target's.
        symbols: deque of each source's symbols, which replace unknown tokens; or an empty one.
        held: list of at most one `ZooError`.
    """
    for best in found:
        if symbols:
            looks = [looked_at(one, symbols[0], tokenizer.size) for one in best]
            symbols.popleft()
            yield [(tokenizer.decode(o.ids, look), o.score) for o, look in zip(best, looks)]
        else:
            yield [(tokenizer.decode(one.ids), one.score) for one in best]
    if held:
        raise held[0]


def looked_at(output, symbols, size):
    """For each unknown token of an output, the source symbol that got most of its attention.

    Args:
        output: `zoo.decoding.generate.Output` with attention [T, S].
        symbols: list of str, the symbols of the source without the end token.
        size: int, ids of the tokenizer, which shows those beyond it as unknown, too.
    """
    return [
        symbols[look[: len(symbols)].argmax()]
        for i, look in zip(output.ids, output.attention)
        if i == UNK or i >= size
    ]
