"""`zoo.load`: text in, text out from whatever holds a trained model."""

import os

from zoo.pretrained import from_pretrained
from zoo.runs.folder import is_checkpoint
from zoo.runs.run import Run
from zoo.text.text_model import TextModel


def load(name: str | os.PathLike) -> TextModel:
    """The text model of a run folder or of a public checkpoint.

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
