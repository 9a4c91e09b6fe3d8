"""The boxes and arrows of a model, read from its trace.

A box is a part of the model: a layer that it holds directly, or a block of a stack, whose layers
are numbered. An arrow says that the output of one part reaches the input of another. Parts without
weights are left out, and arrows pass through them. Masks make no arrows.
"""

import dataclasses
import re

from zoo.frames import Frames
from zoo.inspection.abstract import trainable

NUMBERED = re.compile(r"(.*?)_?(\d+)$")


@dataclasses.dataclass
class Box:
    """One part of the model in one stage, or several equal ones in a row.

    Attributes:
        stage: "encode" or "decode".
        label: name of the part; of several parts, the names of the first and the last.
        kind: name of its class; "" for ids, frames and logits, which are not layers.
        shape: str, shape of the first output, such as "[B, S, 512]".
        parameters: int, parameters of one part; None if an earlier box has counted its weights.
        layers: list of the layers, one per part.
        inputs, outputs: lists of tensors.
    """

    stage: str
    label: str
    kind: str
    shape: str
    parameters: int | None
    layers: list
    inputs: list
    outputs: list

    @property
    def repeats(self):
        """Number of parts that the box stands for."""
        return max(1, len(self.layers))


def architecture(found):
    """Boxes and arrows of a `Trace`.

    Returns:
        A list of `Box` in order of computation, from the source to the logits, and a sorted
        list of arrows, which are pairs of indices (from, to) into it.
    """
    boxes = part_boxes(found)
    encoded = [box for box in boxes if box.stage == "encode"]
    frames = isinstance(found.source, Frames)
    ids = [
        Box(stage, label, "", shape_of(found, stage, tensor), 0, [], [], [tensor])
        for stage, label, tensor in (
            ("encode", "source frames", found.source.values)
            if frames
            else ("encode", "source ids", found.source),
            ("decode", "target ids", found.target),
        )
    ]
    last = Box(
        "decode", "logits", "", shape_of(found, "decode", found.logits), 0, [], [found.logits], []
    )
    boxes = [ids[0], *encoded, ids[1], *(box for box in boxes if box.stage == "decode"), last]
    arrows = find_arrows(boxes)
    return collapse(*one_column(boxes, arrows))


def part_boxes(found):
    """Makes a box for every call of a part.

    A part that is never called itself, only its inner layers, gets one box for all of their calls.
    """
    owners = {}
    seen = set()
    boxes = []
    for label, part in parts_of(found.model):
        for layer in part._flatten_layers():
            owners.setdefault(id(layer), (label, part))
    called = {(call.stage, id(call.layer)) for call in found.calls}
    merged = {}
    for call in found.calls:
        label, part = owners.get(id(call.layer), (None, None))
        own = (call.stage, id(part))
        if part is None or (call.layer is not part and own in called):
            continue
        if call.layer is not part and own in merged:
            merged[own].inputs += [
                t for t in call.inputs if all(t is not o for o in merged[own].outputs)
            ]
            merged[own].outputs += call.outputs
            continue
        size = None if id(part) in seen else trainable(part)
        box = box_of(found, call, label, part, size)
        seen.add(id(part))
        merged[own] = box
        boxes.append(box)
    return boxes


def box_of(found, call, label, part, parameters):
    """The `Box` of a part that a call belongs to, with the call's inputs and outputs."""
    return Box(
        call.stage,
        label,
        type(part).__name__,
        shape_of(found, call.stage, call.outputs[0]),
        parameters,
        [part],
        list(call.inputs),
        list(call.outputs),
    )


def inner_layers(layer):
    """The layers with weights that a layer holds directly."""
    inner = layer._flatten_layers(include_self=False, recursive=False)
    return [part for part in inner if trainable(part)]


def parts_of(model):
    """Pairs (label, layer) of the parts that have weights; a stack gives its blocks instead."""
    parts = {}
    for layer in model.layers:
        inner = inner_layers(layer)
        if (
            inner
            and all(NUMBERED.match(part.name) for part in inner)
            and len({type(part) for part in inner}) == 1
        ):
            parts |= {id(part): (f"{layer.name}/{part.name}", part) for part in inner}
        elif trainable(layer):
            parts[id(layer)] = (layer.name, layer)
    return list(parts.values())


def shape_of(found, stage, tensor):
    """A tensor's shape as text, with B, S and T in place of numbers.

    The last axis is a width, except of ids and of square attention maps.
    """
    length, letter = (found.source_length, "S") if stage == "encode" else (found.target_length, "T")
    lengths = {found.source_length + found.target_length: "S+T", length: letter}
    shape = list(tensor.shape)
    names = [str(n) for n in shape]
    of_ids = tensor.dtype.is_integer
    square = len(shape) > 3 and shape[-2] == shape[-1]
    for axis, n in enumerate(shape):
        if axis == 0 and n == found.batch:
            names[axis] = "B"
        elif axis < len(shape) - 1 or of_ids or square:
            names[axis] = lengths.get(n, names[axis])
    return f"[{', '.join(names)}]"


def find_arrows(boxes):
    """Arrows as pairs of indices (from, to), for inputs that are computed from an output.

    No other box lies on the way from the output to the input.
    """
    made = {}
    arrows = set()
    for index, box in enumerate(boxes):
        made |= {tensor.name: index for tensor in box.outputs}
    for index, box in enumerate(boxes):
        todo, visited = list(box.inputs), set()
        while todo:
            tensor = todo.pop()
            if tensor.dtype.name == "bool" or tensor.name in visited:
                continue
            visited.add(tensor.name)
            if made.get(tensor.name, index) != index:
                arrows.add((made[tensor.name], index))
            else:
                todo += tensor.op.inputs
    return arrows


def one_column(boxes, arrows):
    """Merges encoder and decoder of a decoder-only model, which share their parts.

    Each part is drawn once, as the decoder calls it. Other models are returned unchanged.
    """
    twin = {
        id(box.layers[0]): index
        for index, box in reversed(list(enumerate(boxes)))
        if box.layers and box.stage == "decode"
    }
    encoder = [box for box in boxes if box.layers and box.stage == "encode"]
    if not all(id(box.layers[0]) in twin for box in encoder if "Embedding" not in box.kind):
        return boxes, arrows
    target, kept = [], []
    for index, box in enumerate(boxes):
        same = twin.get(id(box.layers[0])) if box.layers and box.stage == "encode" else None
        target.append(index if same is None else same)
        if same is not None and boxes[same].parameters is None:
            boxes[same].parameters = box.parameters
        if same is None:
            kept.append(index)
            box.stage = "decode"
    arrows = {(kept.index(target[a]), kept.index(target[b])) for a, b in arrows}
    return [boxes[index] for index in kept], {(a, b) for a, b in arrows if a < b}


def collapse(boxes, arrows):
    """Merges equal numbered parts in a row into one box."""
    groups = []
    for index, box in enumerate(boxes):
        before = boxes[groups[-1][-1]] if groups else None
        if before is not None and equal(before, box):
            groups[-1].append(index)
        else:
            groups.append([index])
    place = {index: number for number, group in enumerate(groups) for index in group}
    joined = []
    for group in groups:
        first, last = boxes[group[0]], boxes[group[-1]]
        label = (
            first.label if len(group) == 1 else f"{first.label} … {last.label.rpartition('/')[2]}"
        )
        joined.append(
            dataclasses.replace(
                first, label=label, layers=[layer for i in group for layer in boxes[i].layers]
            )
        )
    return joined, sorted({(place[a], place[b]) for a, b in arrows if place[a] != place[b]})


def equal(first, second):
    """Whether two boxes differ only in their number."""
    names = [NUMBERED.match(box.label) for box in (first, second)]
    if not all(names) or names[0][1] != names[1][1] or not first.layers:
        return False
    return all(
        getattr(first, field) == getattr(second, field)
        for field in ("stage", "kind", "shape", "parameters")
    )
