"""Lines that are drawn: what is in which split, and that the picture is that of the text."""

import numpy as np
import pytest
from PIL import Image

from zoo.data.tasks import rendered_lines as module
from zoo.errors import ZooError


@pytest.fixture
def few(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LINES", {"train": 6, "validation": 2, "test": 2})
    monkeypatch.setenv("ZOO_CACHE", str(tmp_path))
    return tmp_path


def test_lines_are_drawn_from_a_seed(few, monkeypatch):
    task = module.rendered_lines()
    assert {split: len(x) for split, x in task.splits.items()} == module.LINES
    first = task.splits["train"][0]
    with Image.open(few / first.source) as picture:
        pixels = np.asarray(picture)
    assert pixels.shape[0] == 2 * module.SIZE and pixels.mean() > 150  # mostly paper
    assert (pixels < 120).sum() > 20 * len(first.references[0].replace(" ", ""))  # and some ink
    texts = [x.references[0] for x in task.splits["train"]]
    assert not any(task.target_tokenizer.unknown(text) for text in texts)
    assert [x.references[0] for x in module.rendered_lines(seed=1).splits["train"]] != texts
    monkeypatch.setenv("ZOO_CACHE", str(few / "again"))
    again = module.rendered_lines()
    assert [x.references[0] for x in again.splits["train"]] == texts
    with Image.open(few / "again" / first.source) as picture:
        assert np.array_equal(np.asarray(picture), pixels)


def test_no_word_is_in_two_splits():
    words = {split: set(own) for split, own in module.split_words().items()}
    assert all(len(own) > 1000 for own in words.values())
    assert not words["train"] & words["test"] and not words["train"] & words["validation"]


def test_fonts_have_the_letters():
    from matplotlib.ft2font import FT2Font

    for name in module.FONTS:
        known = FT2Font(str(module.font_folder() / f"{name}.ttf")).get_charmap()
        lacking = {x for x in module.LETTERS + module.OTHERS + module.MARKS if ord(x) not in known}
        assert not lacking, (name, lacking)


def test_rendered_lines_refuses():
    with pytest.raises(ZooError, match="seed"):
        module.rendered_lines(seed=-1)
