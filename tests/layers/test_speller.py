"""A speller's steps are its run over a whole target; tests/models has the paper's equations."""

import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from zoo.layers.speller import Speller
from zoo.seq2seq import Memory

UNITS, SCORES, WIDTH, INPUTS, PLACES, STEPS = 5, 4, 6, 3, 7, 4
LENGTHS = np.array([7, 3])


@pytest.fixture
def speller():
    return Speller(UNITS, 2, SCORES, WIDTH, INPUTS)


@pytest.fixture
def memory():
    states = np.random.default_rng(0).normal(size=(2, PLACES, WIDTH)).astype("float32")
    return Memory(states, np.arange(PLACES) < LENGTHS[:, None])


def test_steps_are_the_run_over_a_whole_target(speller, memory):
    inputs = np.random.default_rng(1).normal(size=(2, STEPS, INPUTS)).astype("float32")
    heard, state = speller.prepare(memory), speller.zeros(2)
    whole = speller(inputs, memory=heard, state=state)
    state = tf.nest.map_structure(lambda x: x[:, None], state)
    for t in range(STEPS):
        *found, state = speller.step(ops.convert_to_tensor(inputs[:, t : t + 1]), heard, state)
        for one, expected in zip(found, whole, strict=True):
            np.testing.assert_allclose(one[:, 0], expected[:, t], atol=1e-6)
    weights = np.asarray(whole[2])
    np.testing.assert_allclose(weights.sum(-1), 1, rtol=1e-6)
    assert not weights[1, :, 3:].any()


def test_what_is_seen_comes_back_in_the_next_step(speller, memory):
    """The first step reads no context, and the second one does."""
    inputs = np.zeros((2, 2, INPUTS), "float32")
    other = memory._replace(states=memory.states + 1)
    runs = [
        np.asarray(speller(inputs, memory=speller.prepare(m), state=speller.zeros(2))[0])
        for m in (memory, other)
    ]
    np.testing.assert_allclose(runs[0][:, 0], runs[1][:, 0], atol=1e-7)
    assert np.abs(runs[0][:, 1] - runs[1][:, 1]).min(-1).max() > 1e-5
