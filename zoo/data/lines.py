"""Lines of text files and pairs of them, checked so that no broken line and no wrong pair goes unnoticed."""

import gzip
import zlib

from zoo.errors import ZooError

LONGEST_LINE = 1_000_000  # bytes; no sentence is that long, and a file without line ends should not fill the memory
BOM = b"\xef\xbb\xbf"


def lines(path):
    """Yields the lines of a UTF-8 text file, gzipped if it ends in ".gz": str without the line end, be it LF or CR LF.

    A byte-order mark at the start is left out.

    Args:
        path: `pathlib.Path`.

    Raises:
        ZooError: the file cannot be read, is no whole gzip file, or has a line that is no UTF-8, holds a NUL byte, or is longer
            than `LONGEST_LINE`; the message names the line.
    """
    number = 0
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
            while raw := file.readline(LONGEST_LINE + 1):
                number += 1
                if len(raw) > LONGEST_LINE:
                    raise ZooError(
                        f"{path}, line {number}: longer than {LONGEST_LINE:,} bytes, which no text is"
                    )
                if b"\0" in raw:
                    raise ZooError(
                        f"{path}, line {number}: has a NUL byte; the file is no UTF-8 text"
                    )
                raw = raw.removeprefix(BOM) if number == 1 else raw
                if raw:  # or there was nothing but the mark
                    yield raw.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        raise ZooError(
            f"{path}, line {number}: no UTF-8 text ({error.reason}); convert the file, as with iconv"
        ) from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ZooError(f"{path} is no whole gzip file after line {number}: {error}") from None
    except OSError as error:
        raise ZooError(f"cannot read the text file {path}: {error.strerror or error}") from None


def parallel_lines(source, target):
    """The pairs of two files whose lines belong together: list of (str, str), white space at their ends removed.

    Args:
        source, target: `pathlib.Path`, read by `lines`.

    Raises:
        ZooError: as `lines`; other numbers of lines; an empty line.
    """
    sides = [[text.strip() for text in lines(path)] for path in (source, target)]
    if len(sides[0]) != len(sides[1]):
        counts = [f"{len(texts):,}" for texts in sides]
        raise ZooError(
            f"{source} has {counts[0]} lines and {target} {counts[1]}, so that they do not belong together"
        )
    for path, texts in zip((source, target), sides):
        if "" in texts:
            raise ZooError(f"{path}, line {texts.index('') + 1}: empty, so that there is no pair")
    return list(zip(*sides))
