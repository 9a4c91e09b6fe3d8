"""SHA-256 of the files of a folder, so that damage and exchanged files are noticed."""

import pathlib

from zoo.errors import ZooError
from zoo.files import checksum
from zoo.pretrained.tokenizer_files import OWN
from zoo.pretrained.weights import INDEX


def digests(folder: pathlib.Path) -> dict[str, str]:
    """The SHA-256 of each file of a folder, by name."""
    return {path.name: checksum(path) for path in sorted(folder.iterdir())}


def check_digests(folder: pathlib.Path, expected: dict[str, str]) -> None:
    """Checks that a folder holds the files that its config names, as they were written.

    Args:
        folder: path.
        expected: the SHA-256 of each file by name.

    Raises:
        ZooError: a file is missing, was changed, lies outside the folder, or would be read and is
            not named. A link may lead to another folder only in the hub's cache.
    """
    for name in expected:
        if pathlib.Path(name).name != name or name in (".", ".."):
            raise ZooError(f"{folder / 'config.json'} names a file outside its folder: {name!r}")
    for name in (OWN, INDEX, *(path.name for path in sorted(folder.glob("*.safetensors")))):
        if (folder / name).exists() and name not in expected:
            raise ZooError(f"{folder / name} is not a file that config.json names; remove it")
    for name, known in expected.items():
        path = folder / name
        if not path.exists():
            raise ZooError(f"{folder} lacks {name}, which config.json names; fetch it again")
        check_place(folder, path)
        if checksum(path) != known:
            raise ZooError(
                f"{path} is broken: its SHA-256 is not the one in config.json; fetch it again"
            )


def check_place(folder, path):
    """Raises `ZooError` for a link that leads out of a folder, other than to the hub's store."""
    real, home = path.resolve(), folder.resolve()
    if real.parent not in (home, home.parent.parent / "blobs"):
        raise ZooError(f"{path} is a link to {real}, outside its folder; put the file itself there")
