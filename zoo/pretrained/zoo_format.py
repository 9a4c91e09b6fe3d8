"""The zoo's own folder of a trained model: every family, with any tokenizer.

config.json           the format's number, the model's name and arguments, the longest lengths,
                      what it was trained on, and the SHA-256 of weights and tokenizers
model.safetensors     the weights; above 2 GB in several files, which model.safetensors.index.json
                      lists
zoo_tokenizers.json   both tokenizers
README.md             the model card

Reading a folder executes nothing in it: a model is one of the registry, whose arguments are numbers
and words, and a tokenizer one of the zoo.
"""

import json
import os
import pathlib
from typing import Any

import numpy as np

import zoo
from zoo import registry
from zoo.errors import ZooError, check_choice, first_line
from zoo.files import atomic_folder
from zoo.inspection.abstract import abstract_model, trainable
from zoo.json_fields import check_fields
from zoo.pretrained import keys, tokenizer_files, weights
from zoo.pretrained.checkpoint import differing, nearest_name, variables, write_json
from zoo.pretrained.digests import check_digests, digests
from zoo.pretrained.model_card import model_card
from zoo.runs.recipe import Recipe
from zoo.seq2seq import Seq2Seq
from zoo.text.text_model import TextModel

MODEL_TYPE = "seq2seq-zoo"
FORMAT = 1  # a folder of a later format is refused
DTYPES = ("float32", "float16")
CONFIG = "config.json"
FIELDS = {
    "format": int,
    "release": str,
    "model": {"name": str, "arguments": dict},
    "longest?": [int],
    "known_only": bool,
    "compiled": bool,
    "training": (dict, type(None)),  # see TRAINING
    "sha256": {...: str},
}
TRAINING = {
    "task?": {"name": str, "options": dict},
    "recipe?": {f"{name}?": type(value) for name, value in Recipe.fields().items()},
    "scores?": [
        {"split": str, "strategy": str, "scores": {...: {"value": float, "signature": str}}}
    ],
    "example?": str,
}
DEPTHS = ("depth", "decoder_depth", "halvings")  # each asks for tensors
SETTLED = ("name", "dtype")  # arguments that are not the folder's to say


def write(
    text_model: TextModel,
    folder: str | os.PathLike,
    dtype: str = "float32",
    title: str | None = None,
) -> None:
    """Writes a model with its tokenizers and its card, whole or not at all.

    Args:
        text_model: as `zoo.load` gives.
        folder: a new or an empty folder.
        dtype: the type of the weights in the file, "float32" or "float16". Models compute as
            before.
        title: what the card calls the model; None means the folder's name.

    Raises:
        ZooError: the folder is not empty, the model is not one of the registry, or its weights are
            not finite.
    """
    check_choice(DTYPES, dtype=dtype)
    model = text_model.model
    if not isinstance(model, Seq2Seq):
        raise ZooError("an ensemble cannot be saved as one folder; save each of its models")
    with np.errstate(over="ignore"):  # of float16, which is told here
        tensors = {path: np.asarray(value, dtype) for path, value in variables(model).items()}
    for path, tensor in tensors.items():
        if not np.isfinite(tensor).all():
            raise ZooError(f"{path} has values that are not finite in {dtype}")
    longest = longest_of(text_model)
    sides = text_model.source_tokenizer, text_model.target_tokenizer
    config = {
        "model_type": MODEL_TYPE,
        "format": FORMAT,
        "release": zoo.__version__,
        "model": {"name": registered(text_model), "arguments": arguments(model)},
        "known_only": text_model.known_only,
        "compiled": text_model.compiled,
        "training": text_model.training,
    }
    if longest:
        config["longest"] = longest
    with atomic_folder(pathlib.Path(folder)) as temporary:
        for name, data in tokenizer_files.own_files(*sides).items():
            (temporary / name).write_bytes(data)
        weights.write(tensors, temporary)
        config["sha256"] = digests(temporary)
        write_json(config, temporary / CONFIG)
        card = model_card(config, trainable(model), title or pathlib.Path(folder).name)
        (temporary / "README.md").write_text(card, encoding="utf-8")


def read(folder: pathlib.Path, config: dict[str, Any], dtype: str | None, label: str) -> TextModel:
    """The text model of a folder.

    Args:
        folder: path.
        config: what its config.json says.
        dtype: the precision, such as "mixed_bfloat16"; None means float32.
        label: what messages call it.

    Raises:
        ZooError: the folder is broken, of a later format, or of a model that the registry lacks.
    """
    path = folder / CONFIG
    config = check_config(config, path)
    check_digests(folder, config["sha256"])
    name, given = config["model"]["name"], config["model"]["arguments"]
    tensors = weights.Tensors(folder)
    try:
        check_depth(given, len(tensors.keys()))
        check_shapes(tensors, variables(abstract_model(name, **given)))
        model = registry.create(name, **given, dtype=dtype)
    except ZooError as error:
        raise ZooError(f"{path} cannot be used: {error}") from error
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise ZooError(f"{path} is broken ({type(error).__name__}: {first_line(error)})") from error
    for key, variable in variables(model).items():
        variable.assign(tensors.read(key))
    sizes = model.source_vocabulary, model.target_vocabulary
    source, target = tokenizer_files.read(folder, None, *sizes)
    longest_source, longest_target = check_longest(config, path)
    return TextModel(
        model,
        source,
        target,
        longest_source=longest_source,
        longest_target=longest_target,
        known_only=config["known_only"],
        compiled=config["compiled"],
        label=label,
        name=name,
        overrides=differing(name, given),
        training=config["training"],
    )


def check_config(config, path):
    """A config with fields of the right types. Raises `ZooError` if it is broken or too new."""
    check_fields(config, {"format": int}, path)
    if config["format"] > FORMAT:
        raise ZooError(
            f"{path} is of format {config['format']}, which a later version of the zoo wrote, and "
            f"this one reads up to {FORMAT}; update the zoo"
        )
    check_fields(config, FIELDS, path)
    if config["training"] is not None:
        check_fields(config["training"], TRAINING, path, "training")
    check_longest(config, path)
    for name in SETTLED:
        if name in config["model"]["arguments"]:
            raise ZooError(f"{path} is broken: {name} is not an argument that a folder sets")
    return config


def longest_of(text_model):
    """The longest lengths of a text model, source and target, as a list; None if it has none.

    Raises:
        ZooError: it has only one of them.
    """
    longest = [text_model.longest_source, text_model.longest_target]
    if longest.count(None) == 1:
        raise ZooError("longest_source and longest_target go together; give both or neither")
    return None if None in longest else longest


def check_longest(config, path):
    """The longest source and target that a config names, or two None. Raises `ZooError`."""
    longest = config.get("longest", (None, None))
    if None not in longest and (len(longest) != 2 or min(longest) < 1):
        raise ZooError(f"{path} is broken: longest must be two whole numbers above 0")
    return longest


def check_depth(given, tensors):
    """Raises `ZooError` for arguments that ask for more layers than a folder has tensors.

    Such a model would take long to be laid out before its shapes can be compared.
    """
    for key in DEPTHS:
        if isinstance(given.get(key), int) and given[key] > tensors:
            raise ZooError(f"{key} {given[key]} is more than the folder's {tensors} tensors")


def check_shapes(tensors, expected):
    """Raises `ZooError` unless a folder has the tensors of a model, each in its shape."""
    there = set(tensors.keys())
    for problem, which in (
        ("lacks", expected.keys() - there),
        ("has no place for", there - expected.keys()),
    ):
        if which:
            raise ZooError(f"the model {problem} the tensors {weights.listed(which)}")
    shapes = {key: tuple(variable.shape) for key, variable in expected.items()}
    keys.check_shapes(tensors, {key: [key] for key in shapes}, shapes)


def arguments(model):
    """The constructor arguments of a model, as JSON types."""
    config = model.get_config()
    return json.loads(json.dumps({k: v for k, v in config.items() if k not in SETTLED}))


def registered(text_model):
    """The registered name of a text model's family and size.

    Raises:
        ZooError: its class is not in the registry.
    """
    if text_model.name:
        return text_model.name
    kind = type(text_model.model)
    names = [n for n in registry.list_models() if registry.models.loaded(n).make is kind]
    if names:
        return nearest_name(names, arguments(text_model.model))
    raise ZooError(f"{kind.__name__} is not a model of the registry, so a folder cannot name it")
