"""The formats by name. Nothing here imports TensorFlow."""

import importlib
import os
import pathlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from zoo.data.front_ends.front_end import FrontEnd
from zoo.errors import ZooError, check_choice
from zoo.files import atomic_folder

if TYPE_CHECKING:
    from zoo.text.text_model import TextModel

DEFAULT = "zoo"
SAVED = ("zoo", "transformers")  # the formats that `zoo.from_pretrained` opens
FORMATS = {  # name: what it is for
    "zoo": "a folder with a model card that zoo.load opens",
    "transformers": "a checkpoint that transformers loads",
    "savedmodel": "text in, text out in TensorFlow, with the search and the tokenizers inside",
    "onnx": "an encoder and one step for ONNX Runtime",
    "ctranslate2": "a model that CTranslate2 decodes",
    "keras": "a .keras file with the tokenizers beside it",
}
OPTIONS = {"zoo": ("dtype",), "savedmodel": ("strategy", "max_length"), "onnx": ("max_length",)}


def export(
    text_model: "TextModel", folder: str | os.PathLike, format: str = DEFAULT, **options: Any
) -> None:
    """Writes a text model in the format of another program.

    The folder is written whole or not at all.

    Args:
        text_model: of a run or a checkpoint, as `zoo.load` gives; or of a model in memory.
        folder: a new or an empty folder.
        format: a name of `FORMATS`.
        **options: "zoo" takes `dtype`, of the weights; "savedmodel" takes `strategy`, `Greedy()`
            unless given, or `Beam(...)`; "savedmodel" and "onnx" take `max_length`, the maximum
            number of tokens in an output.

    Raises:
        ZooError: the folder is not empty; the format cannot represent the model or its tokenizers;
            a package that it needs is missing; or it does not take an option.
    """
    check_format(format, options)
    if format in SAVED:
        from zoo.pretrained import save_pretrained

        save_pretrained(text_model, folder, format, **options)
        return
    if format != "keras" and isinstance(text_model.source_tokenizer, FrontEnd):
        raise ZooError(
            f"the format {format} takes texts, and {text_model.label} reads files as frames; "
            "zoo and keras hold it"
        )
    module = importlib.import_module(f"zoo.export.{format}")
    with atomic_folder(pathlib.Path(folder)) as temporary:
        module.write(text_model, temporary, **options)


def check_format(name: str, options: Iterable[str], told: Mapping[str, str] | None = None) -> None:
    """Checks a format and its options before anything is loaded.

    Args:
        name: the format.
        options: names of the options that were given.
        told: what a message calls an option, if not by its name.

    Raises:
        ZooError: an unknown format, or an option that it does not take.
    """
    check_choice(FORMATS, format=name)
    for option in options:
        takes = [other for other, taken in OPTIONS.items() if option in taken]
        if name not in takes:
            raise ZooError(
                f"the format {name} does not take {(told or {}).get(option, option)}; "
                f"what does: {', '.join(takes) or 'none'}"
            )
