"""The projection that stands where an embedding would."""

import keras
import numpy as np

from zoo.frames import Frames
from zoo.layers.frames import FrameProjection


def test_it_is_a_matrix_and_a_bias_for_each_frame():
    layer = FrameProjection(3, 2)
    frames = Frames(np.arange(12, dtype="float32").reshape(1, 4, 3), np.ones((1, 4), bool))
    found = layer(frames)
    layer.bias.assign([1.0, -1.0])
    expected = frames.values @ np.asarray(layer.kernel)
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    np.testing.assert_allclose(layer(frames), expected + [1, -1], rtol=1e-6)


def test_it_starts_with_vectors_as_large_as_those_of_the_table():
    keras.utils.set_random_seed(0)
    layer = FrameProjection(64, 256, keras.initializers.RandomNormal(stddev=0.1))
    values = np.random.default_rng(0).normal(size=(1, 50, 64)).astype("float32")
    found = np.asarray(layer(Frames(values, np.ones((1, 50), bool))))
    assert abs(found.std() - 0.1) < 0.01
