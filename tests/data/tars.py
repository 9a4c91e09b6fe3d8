"""Archives of a commit, as a code host packs them."""

import io
import tarfile


def tarred(path, files):
    """Packs files, a dict of path to bytes, below a folder of the commit. Returns the path."""
    with tarfile.open(path, "w:gz") as made:
        for name, data in files.items():
            member = tarfile.TarInfo(f"commit-1/{name}")
            member.size = len(data)
            made.addfile(member, io.BytesIO(data))
    return path
