"""What opens a trained model: a run, a public checkpoint, or a file that Keras saved."""

import os
import zipfile
from typing import Any

import keras

# What a compiled model may hold besides itself.
import zoo.loss  # noqa: F401
import zoo.training.schedule  # noqa: F401
from zoo import registry
from zoo.errors import UnknownName, ZooError, first_line
from zoo.files import expanded
from zoo.pretrained import from_pretrained
from zoo.registry import models
from zoo.registry.trained import trained_folder, trained_on
from zoo.runs.folder import is_checkpoint
from zoo.runs.run import Run
from zoo.seq2seq import Seq2Seq
from zoo.text.text_model import TextModel
from zoo.training.train import copy_weights


def create(
    name: str,
    source_vocabulary: int | None = None,
    target_vocabulary: int | None = None,
    *,
    pretrained: str | None = None,
    **overrides: Any,
) -> Seq2Seq:
    """Builds a registered model, with fresh weights or with trained ones.

    Args:
        name: a name of `zoo.list_models()`.
        source_vocabulary, target_vocabulary: number of token ids, special ones included. A trained
            model has its own. Sources that are frames have no vocabulary, but
            `source_features=80`, the number of numbers per frame; the released sizes of Whisper
            have set it.
        pretrained: None for fresh weights; or the task of trained ones that come with the zoo, such
            as "g2p". `zoo.load(f"{name}-{pretrained}")` has the tokenizers, too.
        **overrides: constructor arguments that differ from the registered ones, such as
            `dropout=0.2`, and `dtype="mixed_bfloat16"`.

    Returns:
        A built `Seq2Seq`.

    Raises:
        UnknownName: there is no model of this name, or it does not come trained on this task. The
            message holds the nearest names.
        ZooError: an unknown override, or a value of the wrong type or out of range; vocabularies
            are missing, or differ from those of the trained model.

    Example:
        >>> zoo.create("transformer_nano", 100, 120).count_params()  # doctest: +SKIP
        14656
    """
    if pretrained is not None:
        return create_trained(name, source_vocabulary, target_vocabulary, pretrained, overrides)
    features = (models.overrides(name) | overrides).get("source_features")
    is_known = source_vocabulary is not None or features is not None
    if not is_known or target_vocabulary is None:
        missing = "target" if is_known else "source"
        raise ZooError(f"{name} needs {missing}_vocabulary, or pretrained=TASK for trained weights")
    return registry.create(name, source_vocabulary, target_vocabulary, **overrides)


def create_trained(name, source_vocabulary, target_vocabulary, task, overrides):
    """A registered model with the weights that come with the zoo. Raises what `create` does."""
    models.entry(name)
    folder = trained_folder(f"{name}-{task}")
    if not folder:
        raise UnknownName(f"pretrained task of {name}", task, trained_on(name))
    text = from_pretrained(folder, overrides.get("dtype"))
    config = text.model.get_config()
    sizes = {"source_vocabulary": source_vocabulary, "target_vocabulary": target_vocabulary}
    for key, value in sizes.items():
        if value not in (None, config[key]):
            raise ZooError(
                f"{folder.name} has {config[key]} token ids as {key}, got {value}; leave it out"
            )
    if not overrides.keys() - {"dtype"}:
        return text.model
    ids = {key: config[key] for key in (*sizes, "start_id", "end_id", "source_features")}
    model = registry.create(name, **(ids | text.overrides | overrides))
    copy_weights(text.model, model)
    return model


def load(name: str | os.PathLike) -> TextModel:
    """The text model of a name, a folder or a public checkpoint: text in, text out.

    Args:
        name: a trained model of `zoo list --trained`; path of a run folder or of a checkpoint's
            folder; or OWNER/NAME on the Hugging Face hub.

    Raises:
        ZooError: there is nothing of this name, or it is broken.

    Example:
        >>> zoo.load("runs/first").generate(["a b c"])  # doctest: +SKIP
        [[('c b a', -0.02)]]
    """
    name = os.path.expanduser(name)
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
    path = expanded(path)
    if not path.is_file():
        raise ZooError(f"there is no file {path}")
    try:
        return keras.models.load_model(path)
    except (
        OSError,
        ValueError,
        TypeError,
        KeyError,
        RecursionError,
        zipfile.BadZipFile,
    ) as error:
        raise ZooError(
            f"{path} is not a model file that Keras can load: {first_line(error)}"
        ) from error
