"""The boxes and arrows of a model, read off its trace: which part is called, and which outputs reach which inputs.

A part is a layer that the model holds directly; of a stack, whose layers are numbered, every block is one. Parts without
weights are left out, and arrows pass through them. Masks make no arrow.
"""

import dataclasses
import re

from zoo.inspection.abstract import trainable

NUMBERED = re.compile(r"(.*?)_?(\d+)$")


@dataclasses.dataclass
class Box:
    """One part of the model in one stage, or equal ones in a row.

    Attributes:
        stage: "encode" or "decode".
        label: name of the part, of the first one and the last one where there are more.
        kind: name of its class; "" for what is no layer.
        shape: str, the first output's, such as "[B, S, 512]".
        parameters: int, of one part; None where its weights have been counted above.
        layers: list of the layers, one a part.
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
        """How many parts it stands for."""
        return max(1, len(self.layers))


def architecture(found):
    """Boxes and arrows of a `Trace`.

    Returns:
        list of `Box` in order of computation, the ids of source and target and the logits included, and a sorted list of pairs
        of indices into it, from where to where.
    """
    boxes = part_boxes(found)
    encoded = [box for box in boxes if box.stage == "encode"]
    ids = [
        Box(stage, f"{side} ids", "", shape_of(found, stage, tensor), 0, [], [], [tensor])
        for stage, side, tensor in (
            ("encode", "source", found.source),
            ("decode", "target", found.target),
        )
    ]
    last = Box(
        "decode", "logits", "", shape_of(found, "decode", found.logits), 0, [], [found.logits], []
    )
    boxes = [ids[0], *encoded, ids[1], *(box for box in boxes if box.stage == "decode"), last]
    arrows = find_arrows(boxes)
    return collapse(*one_column(boxes, arrows))


def part_boxes(found):
    """A box for every call of a part; one for all where a part is used by its inner layers and never called itself."""
    parts, owners, seen, boxes = parts_of(found.model), {}, set(), []
    for label, part in parts:
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
        box = Box(
            call.stage,
            label,
            type(part).__name__,
            shape_of(found, call.stage, call.outputs[0]),
            size,
            [part],
            list(call.inputs),
            list(call.outputs),
        )
        seen.add(id(part))
        merged[own] = box
        boxes.append(box)
    return boxes


def parts_of(model):
    """Pairs of label and layer: the direct parts that have weights, and the blocks of those that are stacks."""
    parts = {}
    for layer in model.layers:
        inner = [
            part
            for part in layer._flatten_layers(include_self=False, recursive=False)
            if trainable(part)
        ]
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
    """A tensor's shape with B, S and T in place of numbers; the last axis is a width, or one of two lengths."""
    length, letter = (found.source_length, "S") if stage == "encode" else (found.target_length, "T")
    lengths, shape = (
        {found.source_length + found.target_length: "S+T", length: letter},
        list(tensor.shape),
    )
    names = [str(n) for n in shape]
    of_ids, square = tensor.dtype.is_integer, len(shape) > 3 and shape[-2] == shape[-1]
    for axis, n in enumerate(shape):
        if axis == 0 and n == found.batch:
            names[axis] = "B"
        elif axis < len(shape) - 1 or of_ids or square:
            names[axis] = lengths.get(n, names[axis])
    return f"[{', '.join(names)}]"


def find_arrows(boxes):
    """Pairs of indices (from, to): the outputs that a box's inputs are computed from without another box in between."""
    made, arrows = {}, set()
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
    """Draws a decoder-only model, whose encoder is the decoder's own parts, as one: each part once, as the decoder calls it."""
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
    """Makes one box of equal numbered parts in a row."""
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
    """Whether two boxes differ in nothing but their number."""
    names = [NUMBERED.match(box.label) for box in (first, second)]
    same = lambda box: (box.stage, box.kind, box.shape, box.parameters)
    return (
        all(names)
        and names[0][1] == names[1][1]
        and bool(first.layers)
        and same(first) == same(second)
    )
