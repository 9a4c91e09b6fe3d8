"""A folder's config.json and tensors -> a built model, and back. What differs by family stands in its own file here.

A table entry gives, for a variable, the key of its tensor and the tensor's form:

| form | in the checkpoint |
|---|---|
| "same" | as here |
| "transposed" | [out, in], as in torch, for a kernel [in, out] |
| "vocabulary" | rows 0 and padding exchanged |
| "output" | [V, D], rows exchanged, for a matrix [D, V] |
| "bias" | [1, V], entries exchanged, for a vector [V] |
"""

import json
import pathlib
from typing import Any, NamedTuple

import numpy as np

from zoo import registry
from zoo.errors import ZooError
from zoo.pretrained import bart, marian, t5, weights
from zoo.pretrained.weights import listed

FAMILIES = (t5, bart, marian)
KEPT = (
    "bos_token_id",
    "forced_eos_token_id",
)  # a model does not say them, so those of the checkpoint it came from stay


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
        ZooError: no checkpoint, a broken one, or one of another kind; the message names the option or the tensors.
    """
    folder = pathlib.Path(folder)
    config = weights.read_json(folder / "config.json")
    path = folder / "generation_config.json"
    generation = weights.read_json(path) if path.is_file() else {}
    known = {family.MODEL_TYPE: family for family in FAMILIES}
    if config.get("model_type") not in known:
        raise ZooError(
            f"{folder / 'config.json'} is of model_type {config.get('model_type')!r}, and the zoo reads "
            f"{', '.join(known)}"
        )
    family, tensors = known[config["model_type"]], weights.Tensors(folder)
    defaults = {
        key: generation[key]
        for key in ("decoder_start_token_id",)
        if generation.get(key) is not None
    }
    name, found, pad = family.arguments(
        defaults | {k: v for k, v in config.items() if v is not None}
    )
    name, overrides = registered_name(name, found)
    model = registry.create(
        name, found["source_vocabulary"], found["target_vocabulary"], dtype=dtype, **overrides
    )
    pour(model, family, tensors, config, pad)
    return Checkpoint(model, name, overrides, config, generation, pad)


def registered_name(family, found):
    """The registered name of a family that is nearest to constructor arguments, and the arguments in which they differ."""
    names = [
        name
        for name in registry.list_models(f"{family}_*")
        if registry.card(name)["family"] == family
    ]

    def differing(name):
        known = registry.models.overrides(name)
        return {
            key: value
            for key, value in found.items()
            if not key.endswith("_vocabulary") and known[key] != value
        }

    best = min(names, key=lambda name: (len(differing(name)), not name.endswith("_base"), name))
    return best, differing(best)


def pour(model, family, tensors, config, pad):
    """Assigns a folder's tensors to a model. Raises `ZooError` for keys missing or surplus, shapes, types and untied copies."""
    bare = not any(key.startswith("model.") for key in tensors.keys())
    there = {
        f"model.{key}" if bare and key.startswith(family.PREFIXED) else key: key
        for key in tensors.keys()
    }
    entries, copies, stand_ins = (
        family.table(model),
        family.copies(model, config),
        family.stand_ins(model, config),
    )
    source = {}
    for key, _ in entries.values():
        present = [k for k in (key, *copies.get(key, ())) if k in there]
        source[key] = present or [k for k in (stand_ins.get(key),) if k in there]
    where = tensors.folder
    missing = [key for key, present in source.items() if not present and key not in family.OPTIONAL]
    if missing:
        raise ZooError(f"{where} lacks {len(missing)} tensors of {len(source)}: {listed(missing)}")
    surplus = set(there).difference(family.IGNORED, *source.values())
    if surplus:
        raise ZooError(
            f"{where} has {len(surplus)} tensors that its config.json has no place for: {listed(surplus)}"
        )
    wrong, values = [], variables(model)
    for path, (key, form) in entries.items():
        shape, expected = [], convert(np.empty(values[path].shape, "bool"), form, pad, False).shape
        for copy in source[key]:
            shape = tensors.shape(there[copy])
            wrong += (
                [f"{copy} is {list(shape)} and should be {list(expected)}"]
                if shape != expected
                else []
            )
    if wrong:
        raise ZooError(
            f"{where} has {len(wrong)} tensors of another shape than config.json says: {listed(wrong)}"
        )
    for path, (key, form) in entries.items():
        if not source[key]:
            continue  # zeros from the start
        first, *others = source[key]
        tensor = tensors.read(there[first])
        for other in others:
            if not np.array_equal(tensor, tensors.read(there[other])):
                raise ZooError(f"{where}: {other} differs from {first}, and config.json ties them")
        values[path].assign(convert(tensor, form, pad, True))


def export(model, pad=0, config=None):
    """A model -> config and tensors of a checkpoint.

    Args:
        model: a `Seq2Seq` of a family that transformers has.
        pad: int, the padding id of the checkpoint.
        config: dict, the config that it was read with, whose other options are kept; None for none.

    Raises:
        ZooError: a model that transformers cannot be.
    """
    name = type(model).__name__.lower()
    family = next((family for family in FAMILIES if family.MODEL_TYPE == name), None)
    if family is None:
        raise ZooError(
            f"{type(model).__name__} is no model that transformers has; exported are "
            f"{', '.join(name for family in FAMILIES for name in family.FAMILIES)}"
        )
    kept = {key: value for key, value in (config or {}).items() if key in KEPT}
    config, values = (config or {}) | family.config_of(model, pad) | kept, variables(model)
    return config, {
        key: convert(np.asarray(values[path], "float32"), form, pad, False)
        for path, (key, form) in family.table(model).items()
    }


def convert(x, form, pad, reading):
    """A tensor in a form of the table -> the variable's value, or with `reading=False` the way back."""
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
    """Weights of a model by path without the model's name; the states of random generators are none."""
    return {
        v.path.split("/", 1)[1]: v for v in model.variables if v.path.startswith(f"{model.name}/")
    }


def write_json(value, path):
    """Writes an object as transformers lays it out."""
    pathlib.Path(path).write_text(
        json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8"
    )
