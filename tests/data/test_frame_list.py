"""Frames one after the other, and in batches."""

import numpy as np
import pytest

from zoo.data.batches import Batches, as_dataset, with_rows
from zoo.data.frame_list import FrameList, as_stored
from zoo.data.packed import Packed

ARRAYS = [np.full((n, 3), n, "float32") for n in (2, 5, 1, 4)]


def test_it_is_a_sequence():
    frames = FrameList(ARRAYS)
    assert (
        len(frames) == 4 and frames[-1].shape == (4, 3) and frames[1:3].lengths.tolist() == [5, 1]
    )
    assert frames.take([3, 0])[0][0, 0] == 4
    with pytest.raises(IndexError):
        frames[4]


def test_ids_and_frames_are_told_apart():
    assert isinstance(as_stored([[4, 2], [2]]), Packed)
    assert isinstance(as_stored(ARRAYS), FrameList) and as_stored(as_stored(ARRAYS)).lengths.any()


def test_batches_hold_each_source_once_with_its_mask():
    targets = [[n + 4, 2] for n in range(4)]
    batches = Batches(ARRAYS, targets, tokens=6, buckets=2)
    seen = {}
    for batch in batches.epoch(3):
        values, mask = batch.source
        assert values.dtype == "float32" and mask.dtype == bool
        assert batch.source.shape == mask.shape == values.shape[:2]
        assert not values[~mask].any()
        for row, index in enumerate(batch.indices):
            seen[index] = values[row][mask[row]]
        assert (mask.sum(1) >= 1).all()
    assert sorted(seen) == [0, 1, 2, 3]
    for index, found in seen.items():
        np.testing.assert_array_equal(found, ARRAYS[index])


def test_filler_rows_have_one_frame_and_no_target():
    batch = Batches(ARRAYS[:3], [[4, 2]] * 3, tokens=8, buckets=1).batch(0, 0)
    filled = with_rows(batch.source, 6)
    assert filled.mask[3:].sum(1).tolist() == [1, 1, 1] and not filled.values[3:].any()
    assert with_rows(np.array([[4, 2]]), 2).tolist() == [[4, 2], [2, 0]]


def test_a_dataset_for_fit_gives_frames():
    batches = Batches(ARRAYS, [[4, 2]] * 4, tokens=8, buckets=1)
    (source, opened), target = next(iter(as_dataset(batches)))
    assert source.values.shape == (4, 5, 3) and source.mask.dtype == "bool"
    assert opened.shape == target.shape == (4, 2)
