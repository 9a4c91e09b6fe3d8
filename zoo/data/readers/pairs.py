"""Opens a user's data, of any supported kind, as pairs of texts in splits."""

import pathlib

from zoo.data.readers.hub import HUB, hub_rows
from zoo.data.readers.json_lines import json_rows
from zoo.data.readers.oddities import Oddities
from zoo.data.readers.parallel import parallel_rows
from zoo.data.readers.tables import comma_rows, looks_like_header, tab_rows
from zoo.errors import ZooError
from zoo.files import expanded

# Splits by the name of a file, up to its first dot.
SPLITS = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "test": "test",
}
TABLES = {".tsv": tab_rows, ".csv": comma_rows, ".jsonl": json_rows}


def open_pairs(data, columns=None, oddities=None, needed="train"):
    """The pairs of a user's data.

    Args:
        data: str, or a list of one or two. A table, by its ending: ".tsv" (two columns, or a header
            and `columns`), ".csv" (a header) or ".jsonl" (an object per line); two parallel text
            files, source then target; a folder of such files, named by split, as in train.tsv, or
            train.en and train.de; each of these also with ".gz". "hf:NAME" or "hf:NAME:CONFIG" is
            a data set of the Hugging Face hub, for which `datasets` must be installed.
        columns: pair of str, names of the source's and the target's column or field, or in a folder
            of parallel texts, their endings. A dot leads into a field, as in "translation.en".
            None means "source" and "target".
        oddities: `Oddities` that count what is left out or looks odd.
        needed: str, the split that a folder must have; None is content with any.

    Returns:
        Dict of split, "train", "validation" or "test", to an iterator of (source, target), str
        without white space at their ends. The only key is None if the data have no splits.

    Raises:
        ZooError: the data are missing, broken, or of an unknown kind. For a broken line the
            iterators raise it.
    """
    paths = path_list(data)
    oddities = Oddities() if oddities is None else oddities
    check_columns(columns)
    if str(paths[0]).startswith(HUB):
        if len(paths) > 1:
            raise ZooError(f"{paths[0]} is a data set, which holds both sides; give no second path")
        found = hub_rows(str(paths[0]).removeprefix(HUB), columns, SPLITS, needed)
        pairs = {split: whole_pairs(rows, oddities) for split, rows in found.items()}
        return {None: pairs["train"]} if set(pairs) == {"train"} else pairs
    return {
        split: file_pairs(files, columns, oddities)
        for split, files in split_files(paths, columns, needed).items()
    }


def path_list(data):
    """Data as a list of one or two paths. Raises `ZooError` for anything else."""
    paths = [data] if isinstance(data, (str, pathlib.Path)) else data
    if not isinstance(paths, (list, tuple)) or not all(
        isinstance(path, (str, pathlib.Path)) for path in paths
    ):
        raise ZooError(f"data are one path, or two parallel text files, got {data!r}")
    if len(paths) not in (1, 2):
        raise ZooError(f"data are one path, or two parallel text files, got {len(paths)}")
    return list(paths)


def check_columns(columns):
    """Raises `ZooError` unless `columns` is None or two different names."""
    if columns is None:
        return
    named = isinstance(columns, (list, tuple)) and all(isinstance(name, str) for name in columns)
    if not named or len(columns) != 2 or columns[0] == columns[1]:
        raise ZooError(f"columns are two names, of the source and of the target, got {columns!r}")


def split_files(data, columns=None, needed="train"):
    """The files that hold the pairs of each split.

    Args:
        data, columns, needed: as `open_pairs` takes them, for files or a folder.

    Returns:
        Dict of split to a list of `pathlib.Path`, one table or two parallel texts. The only key is
        None if the data have no splits.

    Raises:
        ZooError: there is no such file or folder, or it is not clear which files are meant.
    """
    paths = [expanded(path) for path in path_list(data)]
    for path in paths:
        if not path.exists():
            raise ZooError(
                f"there is no {path}; data are a file, a folder, or {HUB}NAME, a data set of the "
                "Hugging Face hub"
            )
    if not paths[0].is_dir():
        return {None: paths}
    if len(paths) > 1:
        raise ZooError(f"{paths[0]} is a folder, which holds both sides; give no second path")
    return folder_splits(paths[0], columns, needed)


def folder_splits(folder, columns, needed):
    """The files of each split of a folder. Raises `ZooError` if it is not clear which are meant."""
    found = {}
    for path in sorted(folder.iterdir()):
        split = SPLITS.get(path.name.split(".")[0].lower())
        if split and path.is_file():
            found.setdefault(split, []).append(path)
    if not found or needed not in (None, *found):
        split = needed or "test"
        raise ZooError(
            f"{folder} has no file for the split {split}, such as {split}.tsv, or {split}.en and "
            f"{split}.de"
        )
    for split, files in found.items():
        if len(files) == 1 and kind_of(files[0]) in TABLES:
            continue
        named = columns or ("source", "target")
        sides = [[file for file in files if kind_of(file) == f".{name.lower()}"] for name in named]
        if all(len(side) == 1 for side in sides) and (columns or len(files) == 2):
            found[split] = [side[0] for side in sides]
        else:
            names = ", ".join(file.name for file in files)
            raise ZooError(
                f"{folder} has {names} for the split {split}; name the endings of the source's and "
                "the target's file as columns, as in --columns en de, and keep one file per side"
            )
    return found


def kind_of(path):
    """A file's ending without ".gz", in lower case, such as ".tsv"."""
    return pathlib.Path(path.name.lower().removesuffix(".gz")).suffix


def file_pairs(paths, columns, oddities):
    """An iterator of the pairs of a table, or of two parallel texts."""
    headerless = len(paths) == 2 or (kind_of(paths[0]) == ".tsv" and columns is None)
    return whole_pairs(rows_of(paths, columns), oddities, headerless)


def rows_of(paths, columns):
    """An iterator of place, source and target of a table, or of two parallel texts."""
    kind = kind_of(paths[0])
    if len(paths) == 2:
        if any(kind_of(path) in (".csv", ".jsonl") for path in paths):
            raise ZooError(
                f"{paths[0]} and {paths[1]} are tables, not parallel texts; put them into one "
                "folder as train and validation, such as train.csv, and give the folder"
            )
        return parallel_rows(*paths)
    if kind not in TABLES:
        raise ZooError(
            f"{paths[0]} is not a table ({', '.join(TABLES)}); for parallel texts give two files, "
            "source then target"
        )
    return TABLES[kind](paths[0], columns)


def folder_of(data):
    """The folder in which paths of the data begin, or None for a data set of the hub.

    Args:
        data: as `open_pairs` takes them.
    """
    first = str(path_list(data)[0])
    if first.startswith(HUB):
        return None
    path = expanded(first).absolute()
    return str(path if path.is_dir() else path.parent)


def place_of(source, data, columns=None):
    """Where own data have a source first, as a message begins: "FILE, line 3: ".

    Args:
        source: str, without white space at its ends.
        data, columns: as `open_pairs` takes them.

    Returns:
        str, "" if the data are on the hub or do not have the source.
    """
    if str(path_list(data)[0]).startswith(HUB):
        return ""
    for paths in split_files(data, columns, needed=None).values():
        for place, text, _ in rows_of(paths, columns):
            if text.strip() == source:
                return f"{place}: "
    return ""


def whole_pairs(rows, oddities, headerless=False):
    """Yields (source, target) of rows with a text on both sides.

    Args:
        rows: iterable of place, source and target.
        oddities: `Oddities` that count what is left out, changed, or looks like a header.
        headerless: bool, whether the rows should have no header.
    """
    for number, (place, *texts) in enumerate(rows):
        if any("\n" in text or "\t" in text for text in texts):
            oddities.add("pairs with a line break or tab inside a text, read as a blank", place)
            texts = [" ".join(text.split()) for text in texts]
        source, target = (text.strip() for text in texts)
        if not (source and target):
            oddities.add("pairs left out, as a side is empty", place)
            continue
        if headerless and number == 0 and looks_like_header(source, target):
            oddities.add(
                "pairs that look like a header; if it is one, remove the line, or name its two "
                "columns, as in --columns en de",
                place,
            )
        yield source, target
