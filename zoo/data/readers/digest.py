"""The digest of a user's data. A run checks it to know that its data have not changed."""

import hashlib
import itertools
import pathlib

from zoo.data.readers.hub import HUB
from zoo.data.readers.pairs import split_files
from zoo.errors import ZooError
from zoo.files import absolute, checksum


def checked_digest(data, columns, expected):
    """The SHA-256 of the data, "" for a data set of the hub.

    Raises:
        ZooError: it is not the `expected` one, unless that is None.
    """
    if data[0].startswith(HUB):
        return ""
    files = sorted(set(itertools.chain(*split_files(data, columns).values())), key=data_order(data))
    found = digest(files)
    if expected in (None, found):
        return found
    folder = pathlib.Path(data[0])
    if folder.is_dir() and expected == digest(
        sorted(filter(pathlib.Path.is_file, folder.iterdir()))
    ):
        return expected  # as earlier releases counted it, with files that no run reads
    raise changed(", ".join(data), found, expected)


def checked_text(path, expected):
    """The absolute path of a user's text file, and the SHA-256 of the file.

    Raises:
        ZooError: the file cannot be read, or its digest is not the `expected` one, unless that is
            None.
    """
    path = absolute(path)
    try:
        found = checksum(path)
    except OSError as error:
        raise ZooError(f"cannot read the text file {path}: {error.strerror or error}") from None
    if expected not in (None, found):
        raise changed(path, found, expected)
    return path, found


def changed(name, found, expected):
    """The `ZooError` of data that are not those of the run."""
    return ZooError(
        f"{name} changed since the run began (SHA-256 {found[:12]}, not {expected[:12]}); restore "
        "the data, or begin a new run"
    )


def data_order(data):
    """The key that sorts files: given ones as they were given, those of a folder by name."""
    given = {pathlib.Path(path): number for number, path in enumerate(data)}
    return lambda path: (given.get(path, 0), path)


def digest(files):
    """SHA-256 over the SHA-256 of each file, in hexadecimal."""
    found = hashlib.sha256()
    for path in files:
        if path.is_file():
            with open(path, "rb") as opened:
                found.update(hashlib.file_digest(opened, "sha256").digest())
    return found.hexdigest()
