"""What opens a trained model: a run, a public checkpoint, or a file that Keras saved."""

import os
import pathlib

import keras

# What a compiled model may hold besides itself.
import zoo.loss  # noqa: F401
import zoo.training.schedule  # noqa: F401
from zoo.errors import ZooError, first_line
from zoo.pretrained import from_pretrained
from zoo.registry import models
from zoo.runs.folder import is_checkpoint
from zoo.runs.run import Run
from zoo.seq2seq import Seq2Seq
from zoo.text.text_model import TextModel


def load(name: str | os.PathLike) -> TextModel:
    """The text model of a run folder or of a public checkpoint: text in, text out.

    Args:
        name: path of a run folder or of a checkpoint's folder; or OWNER/NAME on the Hugging Face
            hub.

    Raises:
        ZooError: there is nothing of this name, or it is broken.

    Example:
        >>> zoo.load("runs/first").generate(["a b c"])  # doctest: +SKIP
        [[('c b a', -0.02)]]
    """
    return from_pretrained(name) if is_checkpoint(name) else Run(name).text_model()


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
