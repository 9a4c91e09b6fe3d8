"""Files on disk: written whole or not at all, read with limits, and folders held by one process.

A file is written under a temporary name and renamed when it is complete. A killed run or a full
disk then never leaves a broken file, and never loses the old one.
"""

import contextlib
import hashlib
import os
import pathlib
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from typing import Any

from zoo.errors import ZooError
from zoo.json_fields import parse_json
from zoo.printable import undecoded

LARGEST = 64 * 2**20  # bytes of a text or JSON file
LOCK = ".lock"  # the file of a folder that the process which holds it has locked
TEMPORARY = re.compile(r"\.(?P<name>.+)\.[a-z0-9_]{8}(\.weights\.h5|\.npz)?")  # as `atomic` names


def expanded(path: str | os.PathLike) -> pathlib.Path:
    """A path with the home folder for `~`. A name like `~x` stays, if there is no user x."""
    return pathlib.Path(os.path.expanduser(path))


def absolute(path: str | os.PathLike) -> str:
    """A path as an absolute one, so that a run finds its data from any folder.

    Raises:
        ZooError: it is not UTF-8.
    """
    found = str(expanded(path).absolute())
    if shown := undecoded(found):  # a run's config could not hold it
        raise ZooError(f"the name of {shown} is not UTF-8; rename it")
    return found


def own_folder(variable: str) -> pathlib.Path:
    """The folder that an environment variable names, or `~/.cache/zoo`.

    Raises:
        ZooError: this user has no home folder, and the path begins there.
    """
    path = os.environ.get(variable) or "~/.cache/zoo"
    try:
        return pathlib.Path(path).expanduser()
    except RuntimeError as error:
        raise ZooError(
            f"there is no home folder for {path}; set {variable} to another folder"
        ) from error


@contextlib.contextmanager
def atomic(path, suffix=""):
    """Gives a temporary path in the folder of `path`; moves it to `path` at the end.

    After an error the temporary file is removed, and `path` is what it was.
    """
    path = pathlib.Path(path)
    name = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=suffix, dir=path.parent)
        os.close(handle)
        yield pathlib.Path(name)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except OSError as error:
        # h5py puts its own words in place of the system's, and the temporary name helps nobody.
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


def check_new_folder(path):
    """Raises `ZooError` unless nothing is there, or an empty folder other than the working one."""
    path = expanded(path)
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise ZooError(f"{path} exists already; choose a new folder")
    if path.resolve() == pathlib.Path().resolve():  # the system cannot replace it
        raise ZooError(f"{path} is the folder you are in; name a new folder")


@contextlib.contextmanager
def atomic_folder(path):
    """Gives a temporary folder beside `path`; renames it to `path` at the end.

    After an error the temporary folder is removed.

    Raises:
        ZooError: any error of `check_new_folder`.
    """
    path = expanded(path)
    check_new_folder(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = pathlib.Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        yield temporary
        temporary.chmod(0o755)
        os.replace(temporary, path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextlib.contextmanager
def locked(folder: str | os.PathLike, busy: str | None = None) -> Iterator[None]:
    """Holds a folder for this process; the system releases it when the process dies.

    The folder is made if it is missing, and removed again if nothing was written into it.

    Args:
        folder: path.
        busy: the message if another process holds the folder.

    Raises:
        ZooError: another process holds the folder.
    """
    folder = pathlib.Path(folder)
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with open_lock(folder / LOCK, busy or f"another process writes to {folder}; wait for it"):
            try:
                yield
            finally:
                with contextlib.suppress(OSError):  # some systems keep what is open
                    (folder / LOCK).unlink()
    finally:
        if made:
            with contextlib.suppress(OSError):  # it is not empty
                folder.rmdir()


def open_lock(path, busy=None):
    """Opens and locks a file.

    If another process has locked it, raises `ZooError(busy)`, or waits where `busy` is None.
    """
    try:
        import fcntl
    except ImportError:  # this system has no such locks
        return open(path, "a")
    while True:
        file = open(path, "a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX if busy is None else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise ZooError(busy) from None
        except OSError:  # the file system has no locks
            return file
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file.fileno()), os.stat(path)):
                return file
        file.close()  # another process released and removed it in the meantime


def sweep(folder: str | os.PathLike, *names: str) -> None:
    """Removes what killed processes left of files that they were writing; for the folder's holder.

    Args:
        folder: path; nothing happens if it is missing.
        names: patterns of the files that only the folder's holder writes, such as "*.h5".
    """
    for path in pathlib.Path(folder).glob(".*"):
        found = TEMPORARY.fullmatch(path.name)
        if found and any(pathlib.PurePath(found["name"]).match(name) for name in names):
            path.unlink(missing_ok=True)


def read_text(path: str | os.PathLike, most: int = LARGEST) -> str:
    """The text of a UTF-8 file.

    Raises:
        ZooError: not a regular file, more than `most` bytes, or not UTF-8.
        OSError: the file is missing or cannot be read.
    """
    try:
        return read_bytes(path, most).decode("utf-8")
    except UnicodeDecodeError as error:
        raise ZooError(f"{path} is broken: it is not UTF-8 text (byte {error.start})") from error


def read_bytes(path: str | os.PathLike, most: int = LARGEST) -> bytes:
    """The bytes of a regular file. Raises what `read_text` does. A pipe or device never blocks."""
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise ZooError(f"{path} is not a regular file")
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ZooError(f"{path} is not a regular file")
        data = file.read(most + 1)
    if len(data) > most:
        raise ZooError(f"{path} is too large: it has more than {most:,} bytes")
    return data


def read_json(path: str | os.PathLike, fields: Any = dict, most: int = LARGEST) -> Any:
    """The value of a JSON file.

    Args:
        path: path.
        fields: what it must be, as in `check_fields`; an object of any content by default.
        most: the maximum size of the file in bytes.

    Raises:
        ZooError: any error of `read_text`; not JSON; nested too deeply; or not what `fields`
            asks for. The message names the file and the field.
        OSError: the file is missing or cannot be read.
    """
    return parse_json(read_text(path, most), path, fields)


def checksum(path: str | os.PathLike) -> str:
    """The SHA-256 of a regular file in hexadecimal digits. Raises `ZooError` for another one."""
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise ZooError(f"{path} is not a regular file")
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
