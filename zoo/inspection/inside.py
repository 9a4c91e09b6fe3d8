"""The boxes and arrows inside one part of a model, such as a Transformer's block."""

import dataclasses

from zoo.inspection.abstract import trainable
from zoo.inspection.architecture import Box, box_of, find_arrows, inner_layers


def inside(found, boxes, arrows, index):
    """Boxes and arrows inside a part.

    Args:
        found: `Trace`.
        boxes, arrows: of the whole model, as `architecture` gives them.
        index: int, index of the part's box. Of several equal parts, the first is opened.

    Returns:
        A list of `Box` in order of computation: what reaches the part, its inner layers with
        weights, and its output; and a sorted list of arrows, which are pairs of indices into it.
        Both are empty if fewer than two inner layers are called, or in a loop, whose calls have
        no connection to the rest.
    """
    part = boxes[index].layers[0] if boxes[index].layers else None
    stage = boxes[index].stage
    ids = {id(layer) for layer in (inner_layers(part) if part else ())}
    calls = [call for call in found.calls if call.stage == stage and id(call.layer) in ids]
    if len(calls) < 2:
        return [], []
    reaching = [
        dataclasses.replace(boxes[a], stage=stage, kind="", layers=[], inputs=[])
        for a, b in arrows
        if b == index
    ]
    inner = [
        box_of(found, call, call.layer.name, call.layer, trainable(call.layer)) for call in calls
    ]
    end = Box(stage, "output", "", boxes[index].shape, 0, [], boxes[index].outputs[:1], [])
    opened = [*reaching, *inner, end]
    found_arrows = sorted(find_arrows(opened))
    connected = {a for a, _ in found_arrows}
    if any(number not in connected for number in range(len(opened) - 1)):
        return [], []
    return opened, found_arrows
