"""Penalties against their formulas."""

import numpy as np
import pytest
import tensorflow as tf

from zoo.decoding.ranking import best_of, coverage, length_penalty


def test_length_penalties():
    lengths = tf.constant([1, 7])
    found = length_penalty(lengths, "gnmt", 0.6)
    np.testing.assert_allclose(found, [1.0, 2.0**0.6], rtol=1e-6)
    np.testing.assert_allclose(length_penalty(lengths, "power", 1.0), [1.0, 7.0])


def test_coverage_counts_real_tokens_only():
    seen = tf.constant([[[0.5, 2.0, 0.0]]])
    assert float(coverage(seen, tf.constant([2]))[0, 0]) == pytest.approx(np.log(0.5))
    found = float(coverage(seen, tf.constant([3]))[0, 0])
    assert found == pytest.approx(np.log(0.5) + np.log(1e-9), rel=1e-5)


def test_the_best_hypotheses_come_first():
    outputs = tf.constant([[[1], [2], [3]]])
    scores, log_p = tf.constant([[0.1, 0.3, 0.2]]), tf.constant([[-1.0, -2.0, -3.0]])
    tokens, scores, log_p = best_of(2, outputs, scores, log_p)
    np.testing.assert_array_equal(tokens, [[[2], [3]]])
    np.testing.assert_allclose(scores, [[0.3, 0.2]])
    np.testing.assert_allclose(log_p, [[-2.0, -3.0]])
