"""Frames with their mask, and what takes either kind of source."""

import numpy as np
import pytest

from zoo.errors import ZooError
from zoo.frames import Frames, check_source, map_source, pad_frames, source_like


def test_a_row_without_a_sequence_has_one_frame_of_zeros():
    batch = pad_frames([np.ones((2, 3)), np.full((1, 3), 4.0)], rows=3, length=4)
    assert batch.values.dtype == "float32" and batch.shape == (3, 4)
    np.testing.assert_array_equal(batch.mask.sum(1), [2, 1, 1])
    np.testing.assert_array_equal(batch.values[:, :, 0], [[1, 1, 0, 0], [4, 0, 0, 0], [0] * 4])


def test_a_zero_within_a_recording_is_no_padding():
    batch = pad_frames([np.zeros((3, 2))], rows=1, length=3)
    assert batch.mask.all()


def test_a_function_reaches_ids_or_values_and_mask():
    assert map_source(len, [1, 2]) == 2
    assert map_source(len, Frames([1, 2], [3])) == Frames(2, 1)
    assert source_like(lambda shape, dtype: (shape, dtype), (2, None), None) == ((2, None), "int32")
    found = source_like(lambda shape, dtype: (shape, dtype), (None, 3), 80)
    assert found == Frames(((None, 3, 80), "float32"), ((None, 3), "bool"))


@pytest.mark.parametrize("vocabulary, features", [(None, None), (9, 4)])
def test_a_source_is_ids_or_frames(vocabulary, features):
    with pytest.raises(ZooError, match="give one of source_vocabulary and source_features"):
        check_source(vocabulary, features)


@pytest.mark.parametrize("vocabulary, features", [(0, None), (None, 0), (None, "x")])
def test_a_size_is_a_number_above_0(vocabulary, features):
    with pytest.raises(ZooError, match="must be a whole number above 0"):
        check_source(vocabulary, features)
