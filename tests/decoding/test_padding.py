"""Batches of few padded lengths."""

import numpy as np

from zoo.decoding import padding
from zoo.decoding.padding import (
    batches_of,
    fitting,
    padded,
    padded_length,
    rows_for,
    rows_here,
)


def test_batches_hold_every_source_once_and_are_padded_to_few_lengths():
    lengths, rows = (
        sorted(np.random.default_rng(1).integers(1, 100, 5000).tolist(), reverse=True),
        16,
    )
    found = list(batches_of(range(5000), lengths, rows))
    assert [i for chosen, _ in found for i in chosen] == list(range(5000))
    widths = [width for _, width in found]
    assert widths == sorted(widths, reverse=True) and len(set(widths)) <= 8
    assert all(width >= lengths[chosen[0]] for chosen, width in found)
    assert list(batches_of([], [], rows)) == []
    assert (
        len({width for _, width in batches_of(range(60), lengths[::90], rows)}) == 1
    )  # too few for two lengths


def test_padded_lengths_grow_by_a_third_at_most_where_they_are_long():
    assert sorted({padded_length(i) for i in range(1, 200)}) == [
        8,
        16,
        24,
        32,
        48,
        64,
        96,
        128,
        192,
        256,
    ]


def test_batches_are_larger_on_a_large_gpu(monkeypatch):
    for memory, expected in ((0, 256), (2**34, 256), (2**37, 1024)):
        monkeypatch.setattr(padding, "gpu_memory", lambda memory=memory: memory)
        assert rows_here(None, 256, 1024) == expected and rows_here(8, 256, 1024) == 8


def test_rows_without_a_sequence_hold_an_end_token():
    batch = padded([[5, 6, 2], [2]], 3, 2, width=4)
    np.testing.assert_array_equal(batch, [[5, 6, 2, 0], [2, 0, 0, 0], [2, 0, 0, 0]])
    assert padded([[5] * 9 + [2]], 1, 2).shape == (1, 16)


def test_a_small_batch_has_a_power_of_two_of_rows():
    assert [fitting(64, count) for count in (0, 1, 3, 33, 1000)] == [64, 1, 4, 64, 64]


def test_batches_of_long_frames_have_fewer_rows(monkeypatch):
    monkeypatch.setattr(padding, "FRAMES", 100)
    short, long = np.zeros((9, 2)), np.zeros((30, 2))
    assert rows_for(256, [short], 2) == 8  # 11, as a power of two
    assert rows_for(256, [short, long], 2) == 2
    assert rows_for(256, [np.zeros((400, 2))], 2) == 1
    assert rows_for(3, [short], 2) == 3 and rows_for(256, [[5] * 400], None) == 256
