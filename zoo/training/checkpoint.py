"""Checkpoints of a training: all variables of model and optimizer, seeds, and the position.

A file is written under a temporary name and renamed when it is complete, so that a killed run or a
full disk never leaves a broken one.
"""

import json
import pathlib

import numpy as np

from zoo.errors import ZooError, first_line
from zoo.files import atomic


def save_checkpoint(path, variables, position):
    """Writes variables and a position to one npz file.

    Args:
        path: path of the file to write.
        variables: list of Keras variables.
        position: dict of JSON types.
    """
    arrays = {f"{i:05d}": np.asarray(v) for i, v in enumerate(variables)}
    with atomic(path, ".npz") as temporary:
        np.savez(
            temporary, position=np.frombuffer(json.dumps(position).encode(), "uint8"), **arrays
        )


def load_checkpoint(path, variables, like):
    """Assigns the saved values to `variables`.

    Args:
        path: a file that `save_checkpoint` wrote.
        variables: list of Keras variables, in the order they were saved.
        like: dict, a position. The saved one must have the same keys.

    Returns:
        The saved position.

    Raises:
        ZooError: the file is missing or broken, or belongs to another model or version of the zoo.
    """
    position, arrays = read_checkpoint(path)
    if not isinstance(position, dict) or set(position) != set(like):
        raise ZooError(
            f"{path} was written by another version of the zoo; train it again with --overwrite"
        )
    shapes = [tuple(v.shape) for v in variables]
    if [a.shape for a in arrays] != shapes:
        raise ZooError(f"{path} belongs to another model: its variables differ in number or shape")
    for variable, array in zip(variables, arrays):
        variable.assign(array)
    return position


def read_checkpoint(path):
    """The position and the arrays of a checkpoint.

    Raises:
        ZooError: the file is missing or broken.
    """
    path = pathlib.Path(path)
    if not path.exists():
        raise ZooError(
            f"{path.parent} has no {path.name} to go on from; train it again with --overwrite"
        )
    try:
        with np.load(path, allow_pickle=False) as saved:
            position = json.loads(saved["position"].tobytes())
            arrays = [saved[f"{i:05d}"] for i in range(len(saved.files) - 1)]
    except Exception as error:  # of zipfile, zlib or NumPy, for a broken file
        raise ZooError(
            f"{path} is broken ({first_line(error)}); train it again with --overwrite"
        ) from error
    return position, arrays
