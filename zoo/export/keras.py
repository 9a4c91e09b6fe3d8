"""A `.keras` file as plain Keras writes it. `zoo.load_model` opens it."""

import pathlib

from zoo.export.single import single_model, write_tokenizers
from zoo.text.text_model import TextModel

FILE = "model.keras"


def write(text_model: TextModel, folder: pathlib.Path) -> None:
    """Writes model.keras, and the tokenizers' configuration beside it.

    Raises:
        ZooError: the model is an ensemble.
    """
    model = single_model(text_model, "keras")
    write_tokenizers(text_model, folder)
    model.save(folder / FILE)
