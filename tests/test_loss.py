"""The loss against float64 NumPy; padding has no part in it."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.errors import ZooError
from zoo.loss import TokenCrossentropy, summed_crossentropy


def numpy_loss(target, logits, smoothing):
    """Sum and count, token by token: -sum_v q(v) log p(v), q = (1 - e) one-hot + e / V."""
    total, count = 0.0, 0
    for row, scores in zip(target, logits.astype("float64")):
        for token, x in zip(row, scores):
            if token:
                log_p = x - x.max() - np.log(np.exp(x - x.max()).sum())
                q = np.full(len(x), smoothing / len(x))
                q[token] += 1 - smoothing
                total, count = total - (q * log_p).sum(), count + 1
    return total, count


def example(seed=0):
    rng = np.random.default_rng(seed)
    target = rng.integers(1, 11, (4, 6)).astype("int32")
    for row, length in enumerate((6, 3, 1, 0)):  # the last row is filler
        target[row, length:] = 0
    return target, (5 * rng.standard_normal((4, 6, 11))).astype("float32")


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.9])
def test_loss_equals_numpy(smoothing):
    target, logits = example()
    total, count = numpy_loss(target, logits, smoothing)
    found, tokens = summed_crossentropy(tf.constant(target), tf.constant(logits), smoothing)
    assert count == float(tokens) == 10
    assert float(found) == pytest.approx(total, rel=1e-6)
    for ids in (target, target.astype("int64")):  # as NumPy makes them
        loss = float(TokenCrossentropy(smoothing)(ids, logits))
        assert loss == pytest.approx(total / count, rel=1e-6)


def test_large_logits_and_low_precision_stay_finite():
    target, logits = example()
    total, _ = numpy_loss(target, 1000 * logits, 0.1)
    assert float(
        summed_crossentropy(tf.constant(target), tf.constant(1000 * logits), 0.1)[0]
    ) == pytest.approx(total, rel=1e-5)
    low = tf.cast(logits, "bfloat16")
    found, tokens = summed_crossentropy(tf.constant(target), low, 0.1)
    assert found.dtype == tokens.dtype == tf.float32
    assert float(found) == pytest.approx(
        numpy_loss(target, np.asarray(tf.cast(low, "float32")), 0.1)[0], rel=1e-5
    )


def test_padding_changes_neither_loss_nor_gradient():
    target, logits = example()
    other = np.where((target == 0)[..., None], 1e4, logits).astype("float32")
    wider = np.pad(other, ((0, 2), (0, 3), (0, 0)), constant_values=-7.0)
    wide_target = np.pad(target, ((0, 2), (0, 3)))
    loss = TokenCrossentropy(0.1)
    assert (
        float(loss(target, logits))
        == float(loss(target, other))
        == pytest.approx(float(loss(wide_target, wider)), rel=1e-6)
    )
    logits = tf.Variable(logits)
    with tf.GradientTape() as tape:
        value = loss(target, logits)
    gradient = tape.gradient(value, logits).numpy()
    assert not gradient[target == 0].any() and np.abs(gradient[target != 0]).sum(-1).all()


def test_a_batch_without_tokens_costs_nothing():
    assert (
        float(TokenCrossentropy()(np.zeros((2, 3), "int32"), np.ones((2, 3, 5), "float32"))) == 0.0
    )


def test_config_round_trip_and_no_sample_weight():
    loss = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(TokenCrossentropy(0.2))
    )
    assert loss.label_smoothing == 0.2
    target, logits = example()
    value = float(loss(target, logits))
    assert (
        value
        == float(TokenCrossentropy(0.2)(target, logits))
        != float(TokenCrossentropy()(target, logits))
    )
    with pytest.raises(ValueError, match="sample_weight"):
        loss(target, logits, sample_weight=np.ones((4, 6)))


def test_label_smoothing_is_a_share():
    with pytest.raises(ZooError, match="label_smoothing must be a number from 0 to below 1"):
        TokenCrossentropy(label_smoothing=1.5)
