"""Boxes, arrows and the picture of a model."""

import re
import xml.etree.ElementTree as ET

import pytest

import zoo
from tests.inspection.traces import traced
from zoo.inspection.abstract import abstract_model
from zoo.inspection.architecture import architecture
from zoo.inspection.diagram import draw, draw_parts
from zoo.inspection.trace import trace

SVG = "{http://www.w3.org/2000/svg}"


def check_picture(svg):
    """No box or text of a picture lies on another, and all lie within its borders."""
    picture = ET.fromstring(svg)
    width, height = float(picture.get("width")), float(picture.get("height"))
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


@pytest.mark.parametrize("name", zoo.list_models("*_nano"))
def test_every_family_has_a_picture_whose_boxes_and_texts_do_not_overlap(name):
    found = traced(name)
    picture = draw(found)
    check_picture(picture)
    boxes, arrows = architecture(found)
    ends = {index for arrow in arrows for index in arrow}
    assert boxes[-1].label == "logits" and ends == set(range(len(boxes)))
    assert re.search(r"<title>Architecture of \w+</title>", picture)


@pytest.mark.parametrize("name", ["whisper_nano", "listen_attend_spell_nano"])
def test_a_model_that_reads_frames_is_drawn_with_them(name):
    found = trace(abstract_model(name, source_features=6))
    check_picture(draw(found))
    first = architecture(found)[0][0]
    assert (first.label, first.shape) == ("source frames", "[B, S, 6]")


def test_what_is_inside_a_block_has_a_picture_of_its_own():
    parts = draw_parts(traced("bart_nano"))
    assert list(parts) == ["encoder/block_0 … block_1", "decoder/block_0 … block_1"]
    for picture in parts.values():
        check_picture(picture)
        assert ">TransformerBlock<" in picture and "self_attention" in picture
