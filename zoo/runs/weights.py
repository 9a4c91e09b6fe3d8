"""A run's weights: a file of Keras, and beside it its SHA-256, so that damage is noticed."""

import os
import pathlib

import numpy as np

from zoo.errors import ZooError, first_line
from zoo.files import atomic, checksum, read_text, write_text
from zoo.runs.evaluations import drop_evaluations

SUFFIX = ".sha256"  # of the file with the checksums, as `sha256sum` writes it


def save_weights(path, model):
    """Writes a model's weights as Keras does, to HDF5, and their checksum beside them.

    Scores of the weights before them, in the same folder, are removed.

    HDF5 crashes the process if the disk is full, so a plain file takes the room first, which fails
    as it should.
    """
    path = pathlib.Path(path)
    sums = path.with_name(path.name + SUFFIX)
    drop_evaluations(path.parent)
    with atomic(path, ".weights.h5") as temporary:
        size = sum(np.asarray(w).nbytes for w in model.weights)
        room = size + 2**16 + 2**12 * (len(model.weights) + sum(1 for _ in model._flatten_layers()))
        with open(temporary, "wb") as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, room)
            else:
                file.write(bytes(room))
        model.save_weights(temporary)
        line = f"{checksum(temporary)}  {path.name}\n"
        # A process that is killed before the file is moved leaves the old weights and both lines.
        if sums.exists():
            write_text(sums, line + read_text(sums))
        elif path.exists():
            write_text(sums, f"{line}{checksum(path)}  {path.name}\n")
    write_text(sums, line)


def load_weights(path, model):
    """Gives a model the weights of a file.

    Raises:
        ZooError: the file cannot be read, is damaged, or holds another model's weights or values
            that are not finite.
    """
    path = pathlib.Path(path)
    sums = path.with_name(path.name + SUFFIX)
    try:
        found = checksum(path)
        known = read_text(sums).split() if sums.exists() else [found]
    except OSError as error:
        raise ZooError(f"{path} cannot be read: {error.strerror or first_line(error)}") from error
    if found not in known:
        raise ZooError(
            f"{path} is broken: its SHA-256 is not that of {sums.name}; "
            "copy both files again, or train the run again"
        )
    try:
        model.load_weights(path)
    except Exception as error:  # of h5py or Keras, for another model's file
        if sums.exists():
            reason = f"is broken ({first_line(error)})"
        else:
            reason = f"is broken, or of an older release with other layers (no {sums.name})"
        raise ZooError(f"{path} {reason}; train the run again") from error
    check_finite(model.weights, f"the weights in {path}", "train the run again")


def check_finite(variables, which, advice):
    """Raises `ZooError` if a value of `variables` is NaN or infinite.

    Args:
        variables: list of Keras variables.
        which: str, such as "the weights after epoch 2".
        advice: str, what the user can do.
    """
    bad = [v.path for v in variables if not np.isfinite(np.asarray(v)).all()]
    if bad:
        more = f" and {len(bad) - 1} more" if bad[1:] else ""
        raise ZooError(f"{which} are not finite ({bad[0]}{more}): {advice}")
