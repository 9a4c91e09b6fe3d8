"""A folder's config.json and tensors -> a built model, and back.

What differs by family stands in its own file here.

A table entry gives, for a variable, the key of its tensor and the tensor's form:

| form | in the checkpoint |
|---|---|
| "same" | as here |
| "transposed" | [out, in] or [out, in, width], as in torch, for a kernel in reverse order |
| "vocabulary" | rows 0 and padding exchanged |
| "output" | [V, D], rows exchanged, for a matrix [D, V] |
| "bias" | [1, V], entries exchanged, for a vector [V] |
| "vocabulary without padding" | as "vocabulary", without the row of padding, which comes last |
| "first third", "second third", "last third" | a part of the last axis, which variables share |
"""

import json
import pathlib
import types
from typing import Any, NamedTuple

import numpy as np

from zoo import registry
from zoo.errors import ZooError
from zoo.pretrained import bart, gpt2, marian, t5, weights, whisper
from zoo.pretrained.keys import check_shapes, match_keys

FAMILIES = (t5, bart, marian, gpt2, whisper)
THIRDS = ("first third", "second third", "last third")
# Options that a model does not determine; they are copied from its checkpoint.
KEPT = ("bos_token_id", "forced_eos_token_id")


class Checkpoint(NamedTuple):
    """A model that was read.

    Attributes:
        model: built `Seq2Seq` with its weights.
        name: str, a registered name of the family.
        overrides: dict, the constructor arguments in which the model differs from that name.
        config, generation: dicts, what config.json and generation_config.json hold.
        pad: int, the padding id of the folder's files.
    """

    model: Any
    name: str
    overrides: dict
    config: dict
    generation: dict
    pad: int


def read(folder, dtype=None):
    """Reads the model of a folder.

    Args:
        folder: path.
        dtype: str, such as "mixed_bfloat16", or None for float32.

    Returns:
        `Checkpoint`.

    Raises:
        ZooError: no checkpoint, a broken one, or one of an unsupported kind. The message names the
            option or the tensors.
    """
    folder = pathlib.Path(folder)
    config = weights.read_json(folder / "config.json", {"model_type?": (str, type(None))})
    path = folder / "generation_config.json"
    generation = weights.read_json(path) if path.exists() else {}
    known = {family.MODEL_TYPE: family for family in FAMILIES}
    kind = config.get("model_type")
    if kind not in known:
        raise ZooError(
            f"{folder / 'config.json'} is of model_type {kind!r}, and the zoo reads "
            f"{', '.join(known)}"
        )
    family, tensors = known[kind], weights.Tensors(folder, known[kind].CLASS)
    defaults = {
        key: generation[key]
        for key in ("decoder_start_token_id",)
        if generation.get(key) is not None
    }
    name, found, pad = family.arguments(
        defaults | {k: v for k, v in config.items() if v is not None}
    )
    plan = types.SimpleNamespace(**found)
    keys = match_keys(family, plan, tensors, config)
    check_shapes(tensors, keys, family.shapes(plan))  # a wrong size would take all memory
    name, overrides = registered_name(name, found)
    model = registry.create(
        name, found["source_vocabulary"], found["target_vocabulary"], dtype=dtype, **overrides
    )
    pour(model, family, tensors, keys, pad)
    return Checkpoint(model, name, overrides, config, generation, pad)


def registered_name(family, found):
    """Finds the registered name that is nearest to constructor arguments.

    Returns:
        The name, and the arguments in which they differ from it.
    """
    best = nearest_name(registry.family_names(family), found)
    return best, differing(best, found)


def nearest_name(names, arguments):
    """The registered name of several that differs from a model in the fewest arguments."""
    return min(
        names, key=lambda name: (len(differing(name, arguments)), not name.endswith("_base"), name)
    )


def differing(name, arguments):
    """The constructor arguments in which a model differs from a registered name."""
    known = registry.models.overrides(name)
    return {
        key: value
        for key, value in arguments.items()
        if not key.endswith("_vocabulary") and known[key] != value
    }


def pour(model, family, tensors, found, pad):
    """Assigns a folder's tensors to a model.

    Args:
        found: the keys of the tensors, as `match_keys` returns them.

    Raises:
        ZooError: a tensor has the wrong shape or type, or its copies differ.
    """
    table, values = family.table(model), variables(model)
    empty = {path: np.empty(values[path].shape, "bool") for path in table}
    check_shapes(tensors, found, {key: x.shape for key, x in converted(table, empty, pad).items()})
    for path, (key, form) in table.items():
        if not found[key]:
            continue  # zeros from the start
        first, *others = found[key]
        tensor = tensors.read(first)
        for other in others:
            if not np.array_equal(tensor, tensors.read(other)):
                raise ZooError(
                    f"{tensors.folder}: {other} differs from {first}, and config.json ties them"
                )
        values[path].assign(convert(tensor, form, pad, True))


def export(model, pad=0, config=None):
    """A model -> config and tensors of a checkpoint.

    Args:
        model: a `Seq2Seq` of a family that transformers has.
        pad: int, the padding id of the checkpoint.
        config: dict, the config that it was read with, whose other options are kept; or None.

    Raises:
        ZooError: a model that transformers cannot represent.
    """
    name = type(model).__name__.lower()
    family = next((family for family in FAMILIES if family.MODEL_TYPE == name), None)
    if family is None:
        raise ZooError(
            f"{type(model).__name__} is not a model that transformers has; these can be exported: "
            f"{', '.join(name for family in FAMILIES for name in family.FAMILIES)}"
        )
    kept = {key: value for key, value in (config or {}).items() if key in KEPT}
    if family is whisper:
        kept |= whisper.kept_padding(model, config or {})
    if model.source_features is not None and not getattr(family, "FRAMES", False):
        raise ZooError(f"transformers has no {name} that reads frames; save it with format='zoo'")
    own = {key: "float32" for key in ("dtype", "torch_dtype") if key in (config or {})}
    config = (config or {}) | family.config_of(model, pad) | kept | own  # the type of the tensors
    values = {path: np.asarray(value, "float32") for path, value in variables(model).items()}
    table = family.table(model)
    if left := values.keys() - table.keys():
        raise ZooError(
            f"transformers' {family.CLASS} has no place for {weights.listed(left)} of this model; "
            "save it with format='zoo'"
        )
    return config, converted(table, values, pad)


def converted(table, values, pad):
    """Values of variables by path -> tensors by key; those that share a key are joined."""
    found = {}
    for path, (key, form) in table.items():
        found.setdefault(key, []).append(convert(values[path], form, pad, False))
    return {key: x[0] if len(x) == 1 else np.concatenate(x, -1) for key, x in found.items()}


def convert(x, form, pad, reading):
    """A tensor in a form of the table -> the variable's value; the way back if not `reading`."""
    if form in THIRDS:
        return np.split(x, 3, -1)[THIRDS.index(form)] if reading else x
    if form == "vocabulary without padding":
        row = np.zeros_like(x[:1])
        x = convert(np.concatenate([x, row]) if reading else x, "vocabulary", pad, reading)
        return x if reading else x[:-1]
    if form in ("transposed", "output") and not (reading and form == "output"):
        x = x.T
    if form == "bias":
        x = x[0] if reading else x
    if form in ("vocabulary", "output", "bias") and pad:
        order = np.arange(len(x))
        order[[0, pad]] = pad, 0
        x = x[order]
    if form == "output" and reading:
        x = x.T
    return x[None] if form == "bias" and not reading else x


def variables(model):
    """Weights of a model by path without the model's name; no states of random generators."""
    return {
        v.path.split("/", 1)[1]: v for v in model.variables if v.path.startswith(f"{model.name}/")
    }


def write_json(value, path):
    """Writes an object as transformers lays it out."""
    pathlib.Path(path).write_text(
        json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8"
    )
