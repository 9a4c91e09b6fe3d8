"""Splits of own data, by their files or else by the hash of the source."""

from zoo.data.splits import grouped, split_of
from zoo.data.stored_pairs import StoredPairs
from zoo.errors import ZooError


def read_splits(pairs, oddities, folder):
    """Reads the pairs of each split, and cuts the splits that are missing from the training pairs.

    Args:
        pairs: dict of split to an iterator of pairs, as `open_pairs` returns.
        oddities: `Oddities` that count training pairs that are in another split, too.
        folder: where the data are, or None. A recording named by a path below it stays in its split
            when the folder is moved.

    Returns:
        Dict of split to `StoredPairs` for training, and to lists of `Example` for the others. In
        these the pairs of one source are one example, however its path is written.
    """

    def key(source):
        return below(source, folder)

    others = {split: list(pairs[split]) for split in ("validation", "test") if split in pairs}
    cut = {split: [] for split in ("validation", "test") if split not in pairs}
    judged = {
        (key(source), target): split for split, rows in others.items() for source, target in rows
    }
    sources = {source: split for (source, _), split in judged.items()}

    def training():
        for number, pair in enumerate(pairs["train" if "train" in pairs else None], 1):
            source, target = key(pair[0]), pair[1]
            split = split_of(source)
            if (source, target) in judged:
                oddities.add(
                    f"pairs given for training that are in the split {judged[source, target]}, too",
                    f"pair {number:,}",
                )
            elif source in sources:
                oddities.add(
                    f"sources given for training that are in the split {sources[source]}, too, "
                    "with another output",
                    f"pair {number:,}",
                )
            if split in cut:
                cut[split].append(pair)
            else:
                yield pair

    train = StoredPairs(training())
    if not len(train):
        raise ZooError("the data have no pair for training: are they empty?")
    return {"train": train} | {split: grouped(rows, key) for split, rows in (others | cut).items()}


def below(source, folder):
    """A source without the folder of the data before it, or as it is where `folder` is None.

    A file that is named by its whole path and by the end of it below the folder is then the same.
    """
    return source if folder is None else source.removeprefix(f"{folder}/")
