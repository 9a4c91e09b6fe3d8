"""Loading a model that Keras saved, whatever variant it is."""

import os
import pathlib

import keras

# What a compiled model may hold besides itself.
import zoo.loss  # noqa: F401
import zoo.training.schedule  # noqa: F401
from zoo.errors import ZooError, first_line
from zoo.registry import models
from zoo.seq2seq import Seq2Seq


def load_model(path: str | os.PathLike) -> Seq2Seq:
    """Loads a `.keras` file of any registered variant.

    Args:
        path: the file. A process that has not built a model yet can load it, too.

    Returns:
        The model as it was saved, compiled if it was.

    Raises:
        ZooError: there is no such file, or it is broken.
    """
    for name in models.names():
        models.loaded(name)
    if not pathlib.Path(path).is_file():
        raise ZooError(f"there is no file {path}")
    try:
        return keras.models.load_model(path)
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise ZooError(
            f"{path} is not a model file that Keras can load: {first_line(error)}"
        ) from error
