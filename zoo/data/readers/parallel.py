"""Two text files whose lines belong together."""

import itertools

from zoo.data.readers.lines import lines, unbroken
from zoo.errors import ZooError


def parallel_lines(source, target):
    """The pairs of two files of a published data set, which has no empty line.

    Args:
        source, target: `pathlib.Path`.

    Returns:
        List of (source, target), str without white space at their ends.

    Raises:
        ZooError: any error of `lines`, different numbers of lines, or an empty line.
    """
    sides = [[text.strip() for text in lines(path)] for path in (source, target)]
    if len(sides[0]) != len(sides[1]):
        raise ZooError(
            f"{source} has {len(sides[0]):,} lines and {target} {len(sides[1]):,}, so that they do "
            "not belong together"
        )
    for path, texts in zip((source, target), sides):
        if "" in texts:
            raise ZooError(f"{path}, line {texts.index('') + 1}: empty, so that there is no pair")
    return list(zip(*sides))


def parallel_rows(source, target):
    """Yields place, source and target of a user's two files. Raises what `unbroken` raises.

    If the files differ in length, the error says which one ended first.
    """
    both = itertools.zip_longest(unbroken(source), unbroken(target))
    for number, (mine, theirs) in enumerate(both, 1):
        if mine is None or theirs is None:
            ended, other = (source, target) if mine is None else (target, source)
            raise ZooError(
                f"{ended} has {number - 1:,} lines and {other} has more, so that they do not "
                "belong together"
            )
        yield mine[0], mine[1], theirs[1]
