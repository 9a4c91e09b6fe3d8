"""Data sets of the Hugging Face hub, read with `datasets`."""

import pathlib

from zoo.data.readers.json_lines import field
from zoo.errors import ZooError, first_line

HUB = "hf:"


def last_name(path):
    """The name of a file or folder, without those above it; all of a data set of the hub."""
    return path if path.startswith(HUB) else pathlib.PurePath(path).name


def hub_rows(name, columns, splits, needed="train"):
    """The splits of a data set of the hub, or of a folder that `datasets` reads.

    Args:
        name: str, NAME or NAME:CONFIG.
        columns: pair of names of fields; None for "source" and "target".
        splits: dict of each name that a split may have to the zoo's name.

    Returns:
        Dict of split to an iterator of place, source and target.

    Raises:
        ZooError: `datasets` is not installed, cannot load the data set, or finds no train split.
    """
    try:
        import datasets
    except ImportError:
        raise ZooError(
            f"{HUB}{name} needs the package datasets: pip install 'seq2seq-zoo[hub]'"
        ) from None
    path, _, config = name.partition(":")
    try:
        found = datasets.load_dataset(path, config or None)
    except Exception as error:  # of the hub, the network or a format
        raise ZooError(f"cannot load the data set {name} ({first_line(error)})") from error
    known = {}
    for split in filter(splits.__contains__, found):
        if splits[split] in known:
            raise ZooError(
                f"the data set {name} has two splits for {splits[split]}, {known[splits[split]]} "
                f"and {split}; save the one that you mean as a file, and give a folder of files"
            )
        known[splits[split]] = split
    if not known or needed not in (None, *known):
        raise ZooError(
            f"the data set {name} has no split {needed or 'test'}, but {', '.join(found)}"
        )

    def rows(split):
        for number, row in enumerate(found[split], 1):
            place = f"{name}, {split}, row {number}"
            yield place, *(field(row, column, place) for column in columns or ("source", "target"))

    return {split: rows(theirs) for split, theirs in known.items()}
