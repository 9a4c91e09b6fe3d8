"""Frames of a user's own."""

import numpy as np
import pytest

from zoo.data.front_ends.arrays import ArrayFrames
from zoo.errors import ZooError


def test_an_array_is_read_as_it_is(tmp_path):
    np.save(tmp_path / "a.npy", np.arange(6).reshape(3, 2))
    front_end = ArrayFrames(2)
    frames = front_end.encode(str(tmp_path / "a.npy"))
    assert frames.dtype == "float32" and frames.tolist() == [[0, 1], [2, 3], [4, 5]]
    assert front_end.length(str(tmp_path / "a.npy")) == 3


def test_nothing_in_a_file_is_executed(tmp_path):
    np.save(tmp_path / "a.npy", np.array([{"a": 1}]), allow_pickle=True)
    with pytest.raises(ZooError, match="a.npy is not a .npy file of numbers"):
        ArrayFrames(2).encode(str(tmp_path / "a.npy"))


def test_numbers_beyond_float32_are_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.array([[1.0, 1e300]]))
    with pytest.raises(ZooError, match="a.npy has frames with .* too large for float32"):
        ArrayFrames(2).encode(str(tmp_path / "a.npy"))
    np.save(tmp_path / "b.npy", np.array([[1.0, 1e38]]))
    assert ArrayFrames(2).encode(str(tmp_path / "b.npy")).dtype == "float32"
