"""The search in one graph finds what the zoo's own finds, for shapes that are not known."""

import numpy as np
import pytest
import tensorflow as tf

import zoo
from tests.contract.conftest import ids, shared
from zoo.export.search import graph_search

LENGTH = 6


@pytest.mark.parametrize(
    "strategy",
    [
        zoo.Greedy(),
        zoo.Greedy(zoo.Constraints(min_ratio=0.5, no_repeat_ngram=2, prefix=(5,))),
        zoo.Beam(4, coverage_penalty=0.2),
        zoo.Beam(4, groups=2, diversity=0.5),
    ],
    ids=repr,
)
def test_hypotheses_are_those_of_the_search(strategy):
    model = shared("bilstm_bahdanau_nano")

    @tf.function(input_signature=[tf.TensorSpec([None, None], tf.int32)], autograph=False)
    def run(source):
        return graph_search(strategy, model, source, LENGTH)

    for rows in (5, 2):
        source, _ = ids(rows=rows)
        expected, found = strategy(model, tf.constant(source), LENGTH), run(source)
        np.testing.assert_array_equal(found.tokens, expected.tokens)
        np.testing.assert_allclose(found.scores, expected.scores, atol=1e-4)
