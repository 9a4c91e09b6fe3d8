"""Downloads data sets into one folder and checks their SHA-256.

The environment variable ZOO_DATA names the folder, which is `~/.cache/zoo` by default. A file that
is already there is used, so that a machine without a network needs only a copy of the folder.
"""

import contextlib
import errno
import http.client
import os
import pathlib
import sys
import tempfile

from zoo.errors import ZooError
from zoo.files import checksum, own_folder

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST)


def download(name, origin, sha256=None):
    """The path of a data set's file, which is downloaded if it is missing.

    The file gets its final name only when it is complete and its digest has been checked. A file
    that is already there is checked, too, and never replaced.

    Args:
        name: str, path in the folder of the data sets, such as "multi30k/raw/train.en.gz".
        origin: str, the address of the file.
        sha256: str, digest of its content, 64 hexadecimal digits; None for an archive whose own
            bytes may change, and whose files the caller checks.

    Returns:
        `pathlib.Path`.

    Raises:
        ZooError: the file cannot be fetched, has the wrong digest, or cannot be written.
    """
    path = own_folder("ZOO_DATA") / name
    try:
        if path.is_file():
            if sha256 not in (None, checksum(path)):
                raise ZooError(
                    f"{path} is not what {origin} should be (its SHA-256 differs); "
                    "delete it to fetch it again"
                )
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
            fetched = fetch(origin, folder, path, name)
            if sha256 not in (None, checksum(fetched)):
                raise ZooError(
                    f"{origin} gives another file than expected (its SHA-256 differs); "
                    "nothing was kept"
                )
            os.replace(fetched, path)
    except OSError as error:
        if error.errno in FULL:
            raise ZooError(
                f"no room on the disk to write {path}; make some, or set ZOO_DATA to another folder"
            ) from error
        raise ZooError(
            f"cannot read or write {path}: {error.strerror or error}; "
            "set ZOO_DATA to a folder that can be written"
        ) from error
    return path


def fetch(origin, folder, path, name):
    """Downloads `origin` into a temporary folder and returns the path of the file there.

    Args:
        origin: str, the address.
        folder: str, the temporary folder.
        path: the path that the file will have in the end.
        name: the same path, relative to the folder of the data sets.

    Raises:
        ZooError: the network fails.
    """
    from zoo.backend import import_tensorflow

    import_tensorflow()
    import keras

    try:
        with contextlib.redirect_stdout(sys.stderr):  # standard output is for results
            return pathlib.Path(
                keras.utils.get_file(path.name, origin, cache_dir=folder, cache_subdir="")
            )
    except Exception as error:  # Keras raises a bare Exception where the network fails
        if isinstance(error, OSError) and error.errno in FULL + CLOSED:
            raise
        if (
            not isinstance(error, (OSError, http.client.HTTPException, ValueError))
            and type(error) is not Exception
        ):
            raise
        reason = " ".join(str(error.__context__ or error).split())
        raise ZooError(
            f"cannot download {origin} ({reason}); save it as {path} by other means, "
            f"or set ZOO_DATA to a folder that has {name}"
        ) from error
