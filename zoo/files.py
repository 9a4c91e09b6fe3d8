"""Files that are whole or not there: written beside their final name and moved when they are finished.

A killed run or a full disk then never leaves a broken one, nor loses what was there before.
"""

import contextlib
import os
import pathlib
import shutil
import tempfile

from zoo.errors import ZooError


@contextlib.contextmanager
def atomic(path, suffix=""):
    """Gives a temporary path in the folder of `path`; moves it to `path` at the end, removes it after an error."""
    path, name = pathlib.Path(path), None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=suffix, dir=path.parent)
        os.close(handle)
        yield pathlib.Path(name)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except OSError as error:  # h5py puts its own words in place of the system's; the temporary name says nothing to a reader
        error.strerror = os.strerror(error.errno) if error.errno else str(error)
        error.filename, error.filename2 = str(path), None
        raise
    finally:
        if name:
            pathlib.Path(name).unlink(missing_ok=True)


def write_text(path, text):
    """Writes a text file whole or not at all."""
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


@contextlib.contextmanager
def atomic_folder(path):
    """Gives a temporary folder beside `path`; renames it to `path` at the end, removes it after an error.

    Raises:
        ZooError: `path` exists and is not an empty folder.
    """
    path = pathlib.Path(path)
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise ZooError(f"{path} exists already; choose a new folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = pathlib.Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        yield temporary
        temporary.chmod(0o755)
        os.replace(temporary, path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
