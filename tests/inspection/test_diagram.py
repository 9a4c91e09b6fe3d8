"""Boxes, arrows and the picture of a model."""

import re
import xml.etree.ElementTree as ET

import pytest

import zoo
from zoo.inspection.abstract import abstract_model, parameters
from zoo.inspection.architecture import architecture
from zoo.inspection.diagram import draw
from zoo.inspection.trace import trace

SVG = "{http://www.w3.org/2000/svg}"


def boxes_and_arrows(name):
    """Boxes, and arrows as pairs of labels."""
    boxes, arrows = architecture(trace(abstract_model(name), 3, 9, 7))
    return boxes, {(boxes[a].label, boxes[b].label) for a, b in arrows}


def test_attention_takes_both_directions():
    boxes, arrows = boxes_and_arrows("bilstm_bahdanau_nano")
    assert arrows == {
        ("source ids", "source_embedding"),
        ("source_embedding", "forwards"),
        ("source_embedding", "backwards"),
        ("backwards", "first_hidden"),
        ("backwards", "first_cell"),
        ("forwards", "decoder"),
        ("backwards", "decoder"),
        ("first_hidden", "decoder"),
        ("first_cell", "decoder"),
        ("target ids", "target_embedding"),
        ("target_embedding", "decoder"),
        ("target_embedding", "readout"),
        ("decoder", "readout"),
        ("readout", "output"),
        ("output", "logits"),
    }
    assert {box.label: box.shape for box in boxes}["forwards"] == "[B, S, 16]"


def test_equal_blocks_are_one_box():
    boxes, arrows = boxes_and_arrows("transformer_nano")
    blocks = [box for box in boxes if box.kind == "TransformerBlock"]
    assert [(box.stage, box.label, box.repeats) for box in blocks] == [
        ("encode", "encoder/block_0 … block_1", 2),
        ("decode", "decoder/block_0 … block_1", 2),
    ]
    assert ("encoder/block_0 … block_1", "decoder/block_0 … block_1") in arrows
    assert sum(box.parameters * box.repeats for box in boxes if box.parameters) == parameters(
        "transformer_nano"
    )


@pytest.mark.parametrize("name", zoo.list_models("*_nano"))
def test_every_family_has_a_picture_whose_boxes_and_texts_do_not_overlap(name):
    found = trace(abstract_model(name), 3, 9, 7)
    picture = ET.fromstring(draw(found))
    width, height = float(picture.get("width")), float(picture.get("height"))
    boxes, arrows = architecture(found)
    ends = {index for arrow in arrows for index in arrow}
    assert boxes[-1].label == "logits" and ends == set(range(len(boxes)))
    areas = []
    for rect in picture.iter(f"{SVG}rect"):
        x, y, w, h = (float(rect.get(key)) for key in ("x", "y", "width", "height"))
        assert 0 <= x and x + w <= width and 0 <= y and y + h <= height
        areas.append((x, y, w, h))
    for text in picture.iter(f"{SVG}text"):
        if text.get("fill") == "#1c1c1c":
            middle, y = float(text.get("x")), float(text.get("y"))
            assert any(
                x <= middle - 3 * len(text.text)
                and middle + 3 * len(text.text) <= x + w
                and top < y < top + h
                for x, top, w, h in areas
            ), text.text
    apart = [
        a
        for a in areas
        if not any(b != a and abs(b[0] - a[0]) == 5 and abs(b[1] - a[1]) == 5 for b in areas)
    ]
    for i, (x, y, w, h) in enumerate(apart):
        assert all(
            x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y
            for x2, y2, w2, h2 in apart[i + 1 :]
        )
    assert re.search(r"<title>Architecture of \w+</title>", draw(found))
