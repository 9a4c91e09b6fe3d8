"""Attention maps as pictures."""

import numpy as np

from zoo.evaluation.alignment import draw_alignment


def test_alignment_is_drawn_with_its_symbols(tmp_path):
    draw_alignment(
        ["f", "o", "</s>"],
        ["F", "</s>"],
        np.array([[0.9, 0.1, 0], [0, 0, 1]]),
        tmp_path / "a.svg",
        title="name",
    )
    text = (tmp_path / "a.svg").read_text()
    assert text.startswith("<?xml") and len(text) > 2000
    assert [path.name for path in tmp_path.iterdir()] == ["a.svg"]
