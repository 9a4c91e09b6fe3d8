"""Archives packed on request: their bytes may change, so only the files inside are checked."""

import hashlib
import tarfile
import zlib

from zoo.errors import ZooError


def archive_files(archive, origin, contents):
    """The files of a tar archive of one commit: dict of path below the commit's folder to bytes.

    Args:
        archive: path.
        origin: str, the address that the archive is from, for messages.
        contents: str, the SHA-256 of the lines "digest  path" of all files, sorted by path, as
            `sha256sum` writes them.

    Raises:
        ZooError: the archive is missing or broken, or its files are not those expected.
    """
    found = {}
    try:
        with tarfile.open(archive) as files:
            for member in filter(tarfile.TarInfo.isfile, files):
                found[member.name.partition("/")[2]] = files.extractfile(member).read()
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        raise ZooError(f"{archive} is broken ({error}); delete it to fetch it again") from error
    if contents_digest(found) != contents:
        raise ZooError(
            f"{archive} does not hold the files expected from {origin}; delete it to fetch it again"
        )
    return found


def contents_digest(files):
    """The SHA-256 of files, a dict of path to bytes, as `archive_files` takes it."""
    listed = "".join(
        f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)
    )
    return hashlib.sha256(listed.encode()).hexdigest()
