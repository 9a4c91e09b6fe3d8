"""Image to markup against its paper's equations."""

import numpy as np
import pytest
import tensorflow as tf
from keras import ops

import zoo
from tests.contract.conftest import make
from tests.models.equations import check_equations
from tests.models.reference.image_to_markup import image_to_markup
from zoo.errors import ZooError
from zoo.frames import Frames
from zoo.models.image_to_markup import largest


@pytest.mark.parametrize(
    "overrides", [{}, {"columns": 2}, {"halvings": 3, "columns": 2, "height": 9}], ids=str
)
def test_equals_the_papers_equations(parity, overrides):
    check_equations(parity, "image_to_markup_nano", image_to_markup, overrides)


def test_a_frame_holds_columns_of_pixels_from_left_to_right():
    """Two columns in a frame are the same picture as two frames of a column."""
    one = make("image_to_markup_nano", source_features=6, halvings=2, columns=1)
    two = make("image_to_markup_nano", source_features=12, halvings=2, columns=2)
    two.set_weights(one.get_weights())
    picture = np.random.default_rng(0).random((1, 8, 6)).astype("float32")
    target = np.array([[1, 5, 6]])
    wide = one.encode(Frames(picture, np.full((1, 8), True)))
    stacked = two.encode(Frames(picture.reshape(1, 4, 12), np.full((1, 4), True)))
    assert wide.states.shape == (1, 2, 2, 16)
    np.testing.assert_allclose(wide.states, stacked.states, atol=1e-6)
    (logits, attention), (same, halved) = one.decode(target, wide), two.decode(target, stacked)
    np.testing.assert_allclose(logits, same, atol=1e-5)
    np.testing.assert_allclose(np.reshape(attention, (1, 3, 4, 2)).sum(-1), halved, atol=1e-6)


@pytest.mark.parametrize("wide, high", [(2, 2), (1, 2), (2, 1)])
def test_pooling_is_that_of_keras_to_the_last_bit(wide, high):
    """Also the gradient where numbers are equal, as on the blank parts of a picture."""
    x = np.random.default_rng(0).integers(0, 3, (2, 7, 5, 3)).astype("float32")
    found = []
    for pool in (largest, lambda x, *sizes: ops.max_pool(x, sizes, padding="same")):
        with tf.GradientTape() as tape:
            tensor = ops.convert_to_tensor(x)
            tape.watch(tensor)
            pooled = pool(tensor, wide, high)
            loss = ops.sum(pooled * (1 + pooled))
        found.append((pooled, tape.gradient(loss, tensor) * (x > 0)))  # zeros have none, as in relu
    for ours, theirs in zip(*found):
        np.testing.assert_array_equal(ours, theirs)


def test_it_trains_deterministically(determinism):
    """XLA has no deterministic gradient of TensorFlow's pooling."""
    picture, target = np.ones((2, 8), "int32"), np.array([[1, 5, 6]] * 2)
    model = zoo.create("image_to_markup_nano", 9, 9)

    @tf.function(jit_compile=True)
    def gradient():
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(model((picture, target)))
        return tape.gradient(loss, model.trainable_variables)

    determinism.enable_op_determinism()
    gradient()


@pytest.mark.parametrize(
    "options, message",
    [
        ({"units": 12}, "units 12 must be a multiple of 8"),
        ({"halvings": 4}, "halvings 4 at most 3"),
        ({"columns": 4}, "columns 4 a power of two up to 2"),
        ({"columns": 2, "source_features": 7}, "frames of 7 numbers do not hold 2 columns"),
    ],
)
def test_sizes_that_do_not_fit(options, message):
    source = None if "source_features" in options else 9
    with pytest.raises(ZooError, match=message):
        zoo.create("image_to_markup_nano", source, 9, **options)
