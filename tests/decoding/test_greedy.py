"""Greedy decoding takes the most probable token, whatever else is a little less probable."""

import numpy as np
import tensorflow as tf

from zoo.decoding import Greedy


def test_takes_the_most_probable_token():
    scores = np.random.default_rng(0).normal(size=(4, 1, 9)).astype("float32")
    chosen = Greedy().choose(tf.constant(scores), None, None)
    np.testing.assert_array_equal(chosen, scores.argmax(-1))
    assert Greedy().hypotheses == 1
