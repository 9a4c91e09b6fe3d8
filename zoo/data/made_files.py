"""Files that a task makes once, such as recordings or pictures, in the cache folder."""

import json

from zoo.data.front_ends.cache import CACHE_VARIABLE
from zoo.errors import ZooError
from zoo.files import atomic_folder, own_folder, read_json, write_text

LIST = "strings.json"


def made_files(name, make, room):
    """The files of each split as (path in the cache folder, text), made if they are not there.

    Args:
        name: str, a folder inside the cache folder. Give another name when the files change.
        make: function that writes the files into the folder it is given, and returns a dict of
            split to a list of (path in that folder, text).
        room: str, how much room the files take, for messages.

    Raises:
        ZooError: any error of `make`; the cache folder cannot be written to; or some of the files
            have been deleted.
    """
    cache = own_folder(CACHE_VARIABLE)
    folder = cache / name
    incomplete = ZooError(f"{folder} is incomplete; delete it, and it is made again")
    if not (folder / LIST).is_file():
        if folder.is_dir() and any(folder.iterdir()) and not (folder / LIST).is_file():
            raise incomplete  # else another process has finished meanwhile
        try:
            with atomic_folder(folder) as temporary:
                listed = {
                    split: [[f"{name}/{file}", text] for file, text in rows]
                    for split, rows in make(temporary).items()
                }
                write_text(temporary / LIST, json.dumps(listed))
        except (OSError, ZooError) as error:
            if not (folder / LIST).is_file():  # else another process has made them meanwhile
                if isinstance(error, ZooError):
                    raise
                raise ZooError(
                    f"cannot write to {folder} ({error.strerror or error}); set {CACHE_VARIABLE} "
                    f"to a folder with room for {room}"
                ) from error
    listed = read_json(folder / LIST, {...: [[str]]})
    if not all((cache / file).is_file() for rows in listed.values() for file, _ in rows):
        raise incomplete
    return listed
