"""Sinusoids and relative buckets against the papers' formulas in plain Python."""

import math

import numpy as np
import pytest

from zoo.layers.positions import relative_bucket, sinusoids


def test_sinusoids_interleave_sine_and_cosine():
    table = np.asarray(sinusoids(np.array([0, 1, 7, 100]), 6))
    for row, position in enumerate((0, 1, 7, 100)):
        for i in range(3):
            angle = position / 10000 ** (2 * i / 6)
            assert table[row, 2 * i] == pytest.approx(math.sin(angle), abs=1e-4)
            assert table[row, 2 * i + 1] == pytest.approx(math.cos(angle), abs=1e-4)


def bucket(distance, bidirectional, buckets, max_distance):
    """Raffel et al. 2020, section 2.1: single distances first, then logarithmic ones."""
    offset = 0
    if bidirectional:
        buckets //= 2
        offset = buckets if distance > 0 else 0
        distance = abs(distance)
    else:
        distance = max(-distance, 0)
    exact = buckets // 2
    if distance < exact:
        return offset + distance
    grown = exact + int(
        math.log(distance / exact) / math.log(max_distance / exact) * (buckets - exact)
    )
    return offset + min(grown, buckets - 1)


@pytest.mark.parametrize("bidirectional", [True, False])
@pytest.mark.parametrize(("buckets", "max_distance"), [(32, 128), (8, 20)])
def test_buckets(bidirectional, buckets, max_distance):
    distances = np.arange(-200, 201)
    found = np.asarray(
        relative_bucket(distances.astype("int32"), bidirectional, buckets, max_distance)
    )
    expected = [bucket(int(d), bidirectional, buckets, max_distance) for d in distances]
    differing = np.abs(found - expected)
    assert (
        differing.max() <= 1 and differing.sum() <= 4
    )  # float32 may round at a bucket's very edge
    assert found.min() >= 0 and found.max() == buckets - 1
