"""Loading a model that Keras saved, whatever variant it is."""

import pathlib

import keras

import zoo.loss  # what a compiled model may hold besides itself
import zoo.training.schedule  # noqa: F401
from zoo.errors import ZooError, first_line
from zoo.registry import models


def load_model(path):
    """Loads a `.keras` file of any registered variant, in a process that has not built one yet.

    Raises:
        ZooError: no such file, or a broken one.
    """
    for name in models.names():
        models.loaded(name)
    if not pathlib.Path(path).is_file():
        raise ZooError(f"there is no file {path}")
    try:
        return keras.models.load_model(path)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ZooError(
            f"{path} is no model file that Keras can load: {first_line(error)}"
        ) from error
