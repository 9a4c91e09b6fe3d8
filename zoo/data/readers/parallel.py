"""Two text files whose lines belong together."""

import itertools

from zoo.data.readers.lines import lines, placed_lines
from zoo.errors import ZooError


def parallel_lines(*paths):
    """The lines of files of a published data set that belong together; none is empty.

    Args:
        *paths: `pathlib.Path`, such as of the sources and of the targets.

    Returns:
        List of tuples, a str per file without white space at its ends.

    Raises:
        ZooError: any error of `lines`, different numbers of lines, or an empty line.
    """
    sides = [[text.strip() for text in lines(path)] for path in paths]
    for path, texts in zip(paths, sides):
        if len(texts) != len(sides[0]):
            raise ZooError(
                f"{paths[0]} has {len(sides[0]):,} lines and {path} {len(texts):,}, so that they "
                "do not belong together"
            )
        if "" in texts:
            raise ZooError(f"{path}, line {texts.index('') + 1}: empty, so that there is no pair")
    return list(zip(*sides))


def parallel_rows(source, target):
    """Yields place, source and target of a user's two files. Raises what `placed_lines` raises.

    If the files differ in length, the error says which one ended first.
    """
    both = itertools.zip_longest(placed_lines(source), placed_lines(target))
    for number, (mine, theirs) in enumerate(both, 1):
        if mine is None or theirs is None:
            ended, other = (source, target) if mine is None else (target, source)
            raise ZooError(
                f"{ended} has {number - 1:,} lines and {other} has more, so that they do not "
                "belong together"
            )
        yield mine[0], mine[1], theirs[1]
