"""Hypotheses that go on by themselves, token by token, until they end."""

import types

import numpy as np
import tensorflow as tf

from zoo.decoding import Constraints
from zoo.decoding.constraints import Rules
from zoo.decoding.rollout import Rollout

END = 2


class Given(Rollout):
    """Writes given tokens."""

    constraints, hypotheses = Constraints(), 2

    def __init__(self, tokens):
        self.tokens = tokens

    def choose(self, scores, t, numbers):
        return tf.constant(self.tokens[int(t[0])])[None]


def test_an_output_ends_and_is_ranked_by_its_log_probability():
    model = types.SimpleNamespace(end_id=END, start_id=1, target_vocabulary=6)
    strategy = Given([[3, 4], [5, END], [END, 5]])
    rules = Rules(strategy.constraints, model)
    limits = rules.limits(tf.constant([3]), 4)
    running = strategy.begin(1, 1, 4, 3)
    np.testing.assert_array_equal(running.last, [[1, 1]])
    logits = np.random.default_rng(0).normal(size=(3, 1, 2, 6)).astype("float32")
    for t in range(3):
        assert not strategy.done(running)[0]
        position = tf.constant([t])
        running, parents = strategy.extend(
            running, tf.constant(logits[t]), None, rules, position, limits, None
        )
        assert parents is None
    assert strategy.done(running)[0]
    np.testing.assert_array_equal(running.tokens, [[[3, 5, END, 0], [4, END, 0, 0]]])
    log_p = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    first = log_p[0, 0, 0, 3] + log_p[1, 0, 0, 5] + log_p[2, 0, 0, END]
    second = log_p[0, 0, 1, 4] + log_p[1, 0, 1, END]  # nothing after its end counts
    np.testing.assert_allclose(running.log_p, [[first, second]], rtol=1e-4)
    found = strategy.found(running)
    np.testing.assert_allclose(found.scores, [sorted([first, second], reverse=True)], rtol=1e-4)
    expected = 3 if first > second else 4
    assert int(found.tokens[0, 0, 0]) == expected
