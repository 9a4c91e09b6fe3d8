"""A checkpoint that transformers loads: T5, BART and Marian."""

import pathlib

from zoo.pretrained import save_pretrained
from zoo.text.text_model import TextModel


def write(text_model: TextModel, folder: pathlib.Path) -> None:
    """Writes config, weights in float32 and the tokenizers' files; see `zoo.save_pretrained`."""
    save_pretrained(text_model, folder)
