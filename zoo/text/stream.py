"""Parts of a stream of texts: errors with their number, and what replaces unknown tokens."""

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
