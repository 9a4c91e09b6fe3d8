"""What several formats share: a single model in float32, and the tokenizers' configuration."""

import pathlib

from zoo.decoding import Ensemble
from zoo.errors import ZooError
from zoo.pretrained.tokenizer_files import own_files
from zoo.seq2seq import Seq2Seq
from zoo.text.text_model import TextModel


def single_model(text_model: TextModel, format: str) -> Seq2Seq:
    """The model. Raises `ZooError` if it is an ensemble, which the format cannot hold."""
    if isinstance(text_model.model, Ensemble):
        raise ZooError(f"the format {format} holds one model, and this is an ensemble")
    return text_model.model


def in_float32(model: Seq2Seq) -> Seq2Seq:
    """The model, or one with the same weights that computes in float32."""
    if model.dtype_policy.name == "float32":
        return model
    twin = type(model).from_config(model.get_config() | {"dtype": "float32"})
    twin.set_weights(model.get_weights())
    return twin


def write_tokenizers(text_model: TextModel, folder: pathlib.Path) -> None:
    """Writes both tokenizers' configuration, from which the zoo makes them again."""
    sides = text_model.source_tokenizer, text_model.target_tokenizer
    for name, data in own_files(*sides).items():
        (folder / name).write_bytes(data)
