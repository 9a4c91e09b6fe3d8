"""Pairs of texts from one's own files: tables, JSON lines, parallel texts, a folder of splits, a Hugging Face data set.

Whatever would make a wrong pair is an error that names file and line. A pair with an empty side is left out and counted.
"""

import collections
import csv
import itertools
import json
import pathlib
import warnings

from zoo.data.lines import lines
from zoo.errors import UnknownName, ZooError

SPLITS = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "test": "test",
}  # by the name of a file, up to its first dot
TABLES = (".tsv", ".csv", ".jsonl")
HUB = "hf:"


class DataWarning(UserWarning):
    """Data were left out or look odd; the message counts them and names the first place."""


class Oddities:
    """Counts what is odd about data, and where each kind was seen first."""

    def __init__(self):
        self.counts, self.first = collections.Counter(), {}

    def add(self, kind, place):
        """Counts one of a kind, such as "pairs left out, as a side is empty", at a place, such as "a.tsv, line 3"."""
        self.counts[kind] += 1
        self.first.setdefault(kind, place)

    def lines(self):
        """A line a kind, such as "pairs left out, as a side is empty: 2, the first in a.tsv, line 3"."""
        return [
            f"{kind}: {count:,}, the first in {self.first[kind]}"
            for kind, count in self.counts.items()
        ]

    def warn(self):
        """Gives each line as a `DataWarning`."""
        for line in self.lines():
            warnings.warn(line, DataWarning, stacklevel=3)


def open_pairs(data, columns=None, oddities=None):
    """The pairs of one's own data.

    Args:
        data: str, or a list of one or two. A table, by its ending: ".tsv" (two columns, or a header and `columns`), ".csv" (a
            header) or ".jsonl" (an object a line); two parallel text files, source then target; a folder of such files, named
            by split, as in train.tsv or train.en and train.de; each of these also with ".gz". "hf:NAME" or "hf:NAME:CONFIG" is
            a data set of the Hugging Face hub, for which `datasets` must be installed.
        columns: pair of str, names of the source's and the target's column or field, or in a folder of parallel texts, their
            endings. A field in a field has a dot, as in "translation.en". None is "source" and "target".
        oddities: `Oddities` that count the pairs that are left out.

    Returns:
        Dict of split, "train", "validation" or "test", to an iterator of (source, target), str without white space at their
        ends. The only key is None where the data have no splits.

    Raises:
        ZooError: no such data, of a kind that is not known, or broken; the iterators raise it for a broken line.
    """
    paths = [data] if isinstance(data, (str, pathlib.Path)) else list(data)
    oddities = Oddities() if oddities is None else oddities
    if columns is not None and (
        isinstance(columns, str) or len(columns) != 2 or columns[0] == columns[1]
    ):
        raise ZooError(f"columns are two names, of the source and of the target, got {columns!r}")
    if len(paths) not in (1, 2):
        raise ZooError(f"data are one path, or two parallel text files, got {len(paths)}")
    if str(paths[0]).startswith(HUB):
        return hub_pairs(str(paths[0]).removeprefix(HUB), columns, oddities)
    paths = [pathlib.Path(path).expanduser() for path in paths]
    for path in paths:
        if not path.exists():
            raise ZooError(
                f"there is no {path}; data are a file, a folder, or {HUB}NAME, a data set of the Hugging Face hub"
            )
    if paths[0].is_dir():
        if len(paths) > 1:
            raise ZooError(f"{paths[0]} is a folder, which holds both sides; give no second path")
        return {
            split: file_pairs(files, columns, oddities)
            for split, files in folder_splits(paths[0], columns).items()
        }
    return {None: file_pairs(paths, columns, oddities)}


def kind_of(path):
    """A file's ending without ".gz", such as ".tsv"."""
    return pathlib.Path(path.name.removesuffix(".gz")).suffix.lower()


def folder_splits(folder, columns):
    """Dict of split to its file, or its two parallel files. Raises `ZooError` where that is not clear."""
    found = {}
    for path in sorted(folder.iterdir()):
        split = SPLITS.get(path.name.split(".")[0].lower())
        if split and path.is_file():
            found.setdefault(split, []).append(path)
    if "train" not in found:
        raise ZooError(
            f"{folder} has no file for the split train, such as train.tsv, or train.en and train.de"
        )
    for split, files in found.items():
        if len(files) == 1 and kind_of(files[0]) in TABLES:
            continue
        endings = {kind_of(file).removeprefix("."): file for file in files}
        if columns is None and set(endings) == {"source", "target"}:
            found[split] = [endings["source"], endings["target"]]
        elif columns and all(name in endings for name in columns):
            found[split] = [endings[name] for name in columns]
        else:
            names = ", ".join(file.name for file in files)
            raise ZooError(
                f"{folder} has {names} for the split {split}; name the endings of the source's and the target's "
                "file as columns, as in --columns en de"
            )
    return found


def file_pairs(paths, columns, oddities):
    """An iterator of the pairs of a table, or of two parallel texts."""
    kind = kind_of(paths[0])
    if len(paths) == 2:
        rows = parallel_rows(*paths)
    elif kind in TABLES:
        rows = {".tsv": tab_rows, ".csv": comma_rows, ".jsonl": json_rows}[kind](paths[0], columns)
    else:
        raise ZooError(
            f"{paths[0]} is no table ({', '.join(TABLES)}); for parallel texts give two files, source then target"
        )
    return whole_pairs(rows, oddities)


def whole_pairs(rows, oddities):
    """Yields (source, target) of rows with a text on both sides, and counts what it leaves out or changes."""
    for place, *texts in rows:
        if any("\n" in text or "\t" in text for text in texts):
            oddities.add("pairs with a line end or a tab within a text, taken as blanks", place)
            texts = [" ".join(text.split()) for text in texts]
        source, target = (text.strip() for text in texts)
        if source and target:
            yield source, target
        else:
            oddities.add("pairs left out, as a side is empty", place)


def unbroken(path):
    """Yields place and text of the lines of a file. Raises `ZooError` for a carriage return, as where lines end in CR alone."""
    for number, line in enumerate(lines(path), 1):
        if "\r" in line:
            raise ZooError(
                f"{path}, line {number}: a carriage return within the line; end lines with LF or CR LF"
            )
        yield f"{path}, line {number}", line


def parallel_rows(source, target):
    """Yields place, source and target of two files whose lines belong together."""
    for number, (mine, theirs) in enumerate(
        itertools.zip_longest(unbroken(source), unbroken(target)), 1
    ):
        if mine is None or theirs is None:
            ended, other = (source, target) if mine is None else (target, source)
            raise ZooError(
                f"{ended} has {number - 1:,} lines and {other} has more, so that they do not belong together"
            )
        yield mine[0], mine[1], theirs[1]


def tab_rows(path, columns):
    """Yields place, source and target of a file with tabs between the columns: two, or those that a header names."""
    wanted, width = ((0, 1), 2) if columns is None else (None, None)
    for place, line in unbroken(path):
        cells = line.split("\t")
        if wanted is None:
            wanted, width = [position(name, cells, place) for name in columns], len(cells)
            continue
        if not line.strip():
            yield place, "", ""
            continue
        if len(cells) != width:
            hint = (
                ""
                if columns
                else "; name the two of a table with a header, as in --columns source target"
            )
            raise ZooError(
                f"{place}: {len(cells)} columns where {width} are expected, with one tab between two{hint}"
            )
        yield place, cells[wanted[0]], cells[wanted[1]]


def comma_rows(path, columns):
    """Yields place, source and target of a CSV file, whose header names its columns."""
    reader = csv.reader((line + "\n" for line in lines(path)), strict=True)
    try:
        header = next(reader, [])
        wanted = [
            position(name, header, f"{path}, line 1") for name in columns or ("source", "target")
        ]
        for cells in reader:
            place = f"{path}, line {reader.line_num}"
            if cells and len(cells) != len(header):
                raise ZooError(f"{place}: {len(cells)} columns where the header has {len(header)}")
            yield (place, cells[wanted[0]], cells[wanted[1]]) if cells else (place, "", "")
    except csv.Error as error:
        raise ZooError(f"{path}, line {reader.line_num}: no CSV ({error})") from None


def position(name, header, place):
    """Where a column is in a header. Raises `UnknownName` for one that it lacks, `ZooError` for one that it has twice."""
    if header.count(name) > 1:
        raise ZooError(f"{place}: {header.count(name)} columns are called {name!r}")
    if name not in header:
        raise UnknownName(f"column of {place}:", name, header)
    return header.index(name)


def json_rows(path, columns):
    """Yields place, source and target of a file with a JSON object a line."""
    for number, line in enumerate(lines(path), 1):
        place = f"{path}, line {number}"
        if not line.strip():
            yield place, "", ""
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ZooError(f"{place}: no JSON ({error}); a file has one object a line") from None
        yield place, *(field(row, name, place) for name in columns or ("source", "target"))


def field(row, name, place):
    """The text of a field, whose name has a dot where it is in another field. Raises `ZooError` where there is no such text."""
    value = row
    for part in name.split("."):
        if not isinstance(value, dict):
            raise ZooError(
                f"{place}: no object that could have a field {part!r}, but {str(value)[:40]!r}"
            )
        if part not in value:
            raise UnknownName(f"field of {place}:", name, list(value))
        value = value[part]
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ZooError(f"{place}: the field {name!r} is no text but {str(value)[:40]!r}")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ZooError(
            f"{place}: the field {name!r} has half a surrogate pair, which is no text"
        ) from None
    if "\0" in value:
        raise ZooError(f"{place}: the field {name!r} has a NUL character")
    return value


def hub_pairs(name, columns, oddities):
    """The splits of a data set of the Hugging Face hub, or of a folder or script that `datasets` reads."""
    try:
        import datasets
    except ImportError:
        raise ZooError(f"{HUB}{name} needs the package datasets: pip install datasets") from None
    path, _, config = name.partition(":")
    try:
        found = datasets.load_dataset(path, config or None)
    except Exception as error:  # the hub, the network and the formats each raise their own
        raise ZooError(f"cannot load the data set {name} ({str(error).splitlines()[0]})") from error
    known = {SPLITS[split]: split for split in found if split in SPLITS}
    if not known:
        raise ZooError(
            f"the data set {name} has none of the splits train, validation and test, but {', '.join(found)}"
        )

    def rows(split):
        for number, row in enumerate(found[split], 1):
            place = f"{name}, {split}, row {number}"
            yield place, *(field(row, column, place) for column in columns or ("source", "target"))

    if set(known) == {"train"}:
        return {None: whole_pairs(rows(known["train"]), oddities)}
    return {split: whole_pairs(rows(known[split]), oddities) for split in known}
