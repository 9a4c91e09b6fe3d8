"""Matches a checkpoint's tensors to a model before the model is built.

A config can ask for any size, so each size is checked against the headers of the file first.
"""

from typing import Any

from zoo.errors import ZooError
from zoo.pretrained.weights import Tensors, listed


def match_keys(
    family: Any, model: Any, tensors: Tensors, config: dict[str, Any]
) -> dict[str, list[str]]:
    """Finds the tensors of a table.

    Args:
        family: module of a family, such as `zoo.pretrained.t5`.
        model: built model, or anything else with its constructor arguments as attributes.
        tensors: `Tensors` of a folder.
        config: dict, its config.json.

    Returns:
        For each key of the family's table the keys of the file that hold its tensor; more than one
        if there are copies, and none if it is zeros.

    Raises:
        ZooError: the file lacks tensors, or has more than the table.
    """
    folder, there = tensors.folder, present(family, tensors)
    depth = max(model.depth, getattr(model, "decoder_depth", None) or 0)
    if depth > len(there):
        raise ZooError(
            f"{folder} has {len(there)} tensors, and config.json asks for {depth} layers"
        )
    copies = family.copies(model, config)
    stand_ins = family.stand_ins(model, config) if hasattr(family, "stand_ins") else {}
    found = {}
    for key, _ in family.table(model).values():
        names = [name for name in (key, *copies.get(key, ())) if name in there]
        found[key] = names or [name for name in (stand_ins.get(key),) if name in there]
    missing = [key for key, names in found.items() if not names and key not in family.OPTIONAL]
    if missing:
        raise ZooError(f"{folder} lacks {len(missing)} tensors of {len(found)}: {listed(missing)}")
    surplus = [
        key for key in set(there).difference(*found.values()) if not key.endswith(family.IGNORED)
    ]
    if surplus:
        raise ZooError(
            f"{folder} has {len(surplus)} tensors that its config.json has no place for: "
            f"{listed(surplus)}"
        )
    return {key: [there[name] for name in names] for key, names in found.items()}


def present(family, tensors):
    """Maps each key, written with the family's root, to the key in the file."""
    bare = not any(key.startswith(family.ROOT) for key in tensors.keys())
    return {
        family.ROOT + key if bare and key.startswith(family.PREFIXED) else key: key
        for key in tensors.keys()
    }


def check_shapes(tensors, found, shapes):
    """Raises `ZooError` unless tensors have the shapes that a config says.

    Args:
        tensors: `Tensors` of a folder.
        found: as `match_keys` returns it.
        shapes: dict of the table's keys to shapes.
    """
    wrong = [
        f"{name} is {list(tensors.shape(name))} and should be {list(shape)}"
        for key, shape in shapes.items()
        for name in found[key]
        if tensors.shape(name) != tuple(shape)
    ]
    if wrong:
        raise ZooError(
            f"{tensors.folder} has {len(wrong)} tensors of another shape than config.json says: "
            f"{listed(wrong)}"
        )
