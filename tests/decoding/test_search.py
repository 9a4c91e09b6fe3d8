"""The loop that decodes one batch: order and numbers of its sources."""

import numpy as np
import pytest
import tensorflow as tf

from tests.contract.conftest import ids, make
from zoo.decoding import Greedy, Sample
from zoo.decoding.search import search


@pytest.fixture(scope="module")
def model():
    return make("rnn_encoder_decoder_nano", vocabulary=12, noise=0.4)


def test_sources_come_back_in_their_order(model):
    source, _ = ids(rows=5, vocabulary=12)
    together = search(Greedy(), model, tf.constant(source), 5)
    for row in range(5):
        alone = search(Greedy(), model, tf.constant(source[row : row + 1]), 5)
        np.testing.assert_array_equal(alone.tokens[0], together.tokens[row])


def test_the_number_of_a_source_seeds_its_samples(model):
    source, _ = ids(rows=6, vocabulary=12)
    first = Sample(2, seed=3)(model, tf.constant(source), 5)
    rest = Sample(2, seed=3)(model, tf.constant(source[4:]), 5, numbers=tf.constant([4, 5]))
    np.testing.assert_array_equal(rest.tokens, first.tokens[4:])
    other = Sample(2, seed=3)(model, tf.constant(source[4:]), 5)
    assert (np.asarray(other.tokens) != np.asarray(rest.tokens)).any()
