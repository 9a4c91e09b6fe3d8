"""Which front end reads a manifest."""

import numpy as np
import pytest

from zoo.data.front_ends.choice import choose_front_end
from zoo.data.front_ends.log_mel import LogMel
from zoo.data.front_ends.pictures import PixelColumns
from zoo.errors import ZooError


def test_the_endings_decide(tmp_path):
    assert isinstance(choose_front_end(["a.wav", "b/c.FLAC"], None, tmp_path), LogMel)
    assert isinstance(choose_front_end(["a.png", "b.jpg"], None, tmp_path), PixelColumns)
    assert choose_front_end(["a b c", "I saw x.wav"], None, tmp_path) is None
    assert choose_front_end(["a.wav"], "word", tmp_path) is None
    np.save(tmp_path / "a.npy", np.zeros((2, 7)))
    assert choose_front_end(["a.npy"], None, tmp_path).features == 7
    assert choose_front_end(["a"], "recording", tmp_path).folder == tmp_path


def test_files_of_two_kinds_are_refused(tmp_path):
    with pytest.raises(ZooError, match="most sources name a recording, and 'c.png' does not"):
        choose_front_end(["a.wav", "b.wav", "c.png"], None, tmp_path)
    with pytest.raises(ZooError, match="sources mix texts with files of several kinds"):
        choose_front_end([*"abcd", *["x.wav"] * 3, *["y.png"] * 3], None, tmp_path)
