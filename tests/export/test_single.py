"""A model that computes in bfloat16, in float32."""

import numpy as np

from tests.contract.conftest import ids, shared
from zoo.export.single import in_float32


def test_the_weights_stay(tmp_path):
    half = shared("lstm_seq2seq_nano", "mixed_bfloat16")
    whole = in_float32(half)
    assert whole.dtype_policy.name == "float32" and in_float32(whole) is whole
    for one, other in zip(half.get_weights(), whole.get_weights()):
        np.testing.assert_array_equal(one, other)
    assert np.abs(np.asarray(whole(ids())) - np.asarray(half(ids()))).max() > 0
