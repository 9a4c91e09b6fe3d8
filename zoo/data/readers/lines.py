"""Lines of text files, checked so that no broken line goes unnoticed."""

import gzip
import os
import stat
import zlib

from zoo.errors import ZooError

LONGEST_LINE = 1_000_000  # bytes; a file without line ends should not fill the memory
BOM = b"\xef\xbb\xbf"


def lines(path):
    """Yields the lines of a UTF-8 text file: str without the line end, which is LF or CR LF.

    The file is gzipped if its name ends in ".gz". A byte-order mark at its start is left out.

    Args:
        path: `pathlib.Path`.

    Raises:
        ZooError: the file cannot be read, is not a regular file (a pipe would block, and a device
            need not end), or is not a complete gzip file; or a line is not UTF-8, has a NUL byte,
            or is longer than `LONGEST_LINE`. The message names the line.
    """
    number = 0
    try:
        with open_regular(path) as raw_file, unzipped(raw_file, path) as file:
            while raw := file.readline(LONGEST_LINE + 1):
                number += 1
                if len(raw) > LONGEST_LINE:
                    raise ZooError(
                        f"{path}, line {number}: longer than {LONGEST_LINE:,} bytes; "
                        "is this a text file with a text per line?"
                    )
                if b"\0" in raw:
                    raise ZooError(
                        f"{path}, line {number}: has a NUL byte; the file is not UTF-8 text"
                    )
                raw = raw.removeprefix(BOM) if number == 1 else raw
                if raw:  # a file may have the mark and nothing else
                    yield raw.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        raise ZooError(
            f"{path}, line {number}: not UTF-8 text ({error.reason}); convert the file, as with "
            "iconv"
        ) from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ZooError(f"{path} is not a whole gzip file after line {number}: {error}") from None
    except OSError as error:
        raise ZooError(f"cannot read the text file {path}: {error.strerror or error}") from None


def open_regular(path):
    """Opens a regular file for reading bytes; a pipe or a device never blocks.

    Raises:
        ZooError: not a regular file.
        OSError: the file is missing or cannot be read.
    """
    file = open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb", closefd=True)
    mode = os.fstat(file.fileno()).st_mode
    if stat.S_ISREG(mode):
        return file
    file.close()
    raise ZooError(f"{path} is not a regular file but a pipe or a device; save its text as a file")


def unzipped(file, path):
    """A file of bytes, decompressed if the name ends in ".gz"."""
    return gzip.open(file, "rb") if path.suffix.lower() == ".gz" else file


def placed_lines(path):
    """Yields place and text of each line.

    Raises:
        ZooError: any error of `lines`, or a carriage return within a line. Such a file may end its
            lines in CR alone.
    """
    for number, line in enumerate(lines(path), 1):
        if "\r" in line:
            raise ZooError(
                f"{path}, line {number}: a carriage return within the line; end lines with LF or "
                "CR LF"
            )
        yield f"{path}, line {number}", line
