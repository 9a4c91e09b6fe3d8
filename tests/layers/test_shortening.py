"""Attention over a shortened source, told over the source itself."""

import numpy as np
import pytest

from zoo.layers.shortening import over_source, shares, short_length, short_mask


@pytest.mark.parametrize("rate", [1, 2, 4])
@pytest.mark.parametrize("length", [7, 8])
def test_a_group_shares_its_attention_among_its_real_places(rate, length):
    lengths = np.array([length, 3, 1])
    mask = np.arange(length) < lengths[:, None]
    short = np.asarray(short_mask(mask, rate))
    assert short.sum(1).tolist() == [short_length(n, rate) for n in lengths]
    rng = np.random.default_rng(0)
    attention = rng.random((3, 2, short_length(length, rate))).astype("float32") * short[:, None]
    found = np.asarray(over_source(attention, shares(mask, rate), rate))
    assert found.shape == (3, 2, length)
    assert not found[~np.broadcast_to(mask[:, None], found.shape)].any()
    for row, own in enumerate(lengths):
        for group in range(short_length(own, rate)):
            places = found[row, :, group * rate : min(own, (group + 1) * rate)]
            np.testing.assert_allclose(places.sum(-1), attention[row, :, group], rtol=1e-6)
            np.testing.assert_allclose(places, places[:, :1].repeat(places.shape[1], 1))
