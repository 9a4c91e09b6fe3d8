"""How a search changes the state of a model."""

import numpy as np
import tensorflow as tf

from zoo.decoding import state as states
from zoo.layers.attention import KeysValues
from zoo.layers.key_value_cache import KeyValueCache
from zoo.seq2seq import Memory, State


def begun(rows, room=4, length=3):
    """A state of one hypothesis per source, whose numbers tell the source."""
    numbers = tf.range(1, rows + 1, dtype="float32")
    cache = KeyValueCache.begin((KeysValues.empty(rows, 1, room, 2, "float32"),))
    source = tf.tile(numbers[:, None], (1, length))
    return State(source, numbers[:, None, None], cache, tf.ones((rows,), "int32"))


def test_an_empty_state_has_the_asked_for_shape():
    state = states.empty_state(begun(2), 5, 3, 8)
    assert state.source.shape == (5, 3) and state.carried.shape == (5, 3, 1)
    assert state.cache.writers.shape == (5, 3, 8)
    assert state.cache.entries[0].values.shape == (5, 1, 24, 2)
    assert not np.asarray(state.position).any()


def test_refilled_places_take_what_waits_and_others_stay():
    places = states.empty_state(begun(2), 3, 2, 4)
    new, index = tf.constant([True, False, True]), tf.constant([1, 0, 0])
    state = states.refilled_state(places, new, begun(2), index)
    np.testing.assert_array_equal(state.source[:, 0], [2, 0, 1])
    np.testing.assert_array_equal(state.carried[:, :, 0], [[2, 2], [0, 0], [1, 1]])
    np.testing.assert_array_equal(state.position, [0, 0, 0])


def test_hypotheses_go_on_from_their_parents_within_a_source():
    carried = tf.reshape(tf.range(6), (2, 3, 1))
    state = State((), carried, (), tf.zeros((2,), "int32"))
    parents = tf.constant([[2, 2, 0], [1, 0, 1]])
    found = states.reordered_state(state, parents)
    np.testing.assert_array_equal(found.carried[..., 0], [[2, 2, 0], [4, 3, 4]])


def test_idle_sources_rest_at_position_0():
    found = states.rested_state(begun(3), tf.constant([True, False, True]))
    np.testing.assert_array_equal(found.position, [0, 1, 0])


def test_a_resized_state_is_cropped_or_padded():
    state = begun(2)
    longer = states.resized_state(state, begun(2, room=6, length=5))
    np.testing.assert_array_equal(longer.source, [[1, 1, 1, 0, 0], [2, 2, 2, 0, 0]])
    assert longer.cache.writers.shape == (2, 1, 6)
    np.testing.assert_array_equal(states.resized_state(longer, state).source, state.source)
    np.testing.assert_array_equal(longer.position, state.position)


def test_every_cache_of_an_ensemble_is_changed():
    cache = begun(2).cache
    found = states.map_caches(lambda own: own.emptied(1, 2, 3), (cache, (), cache))
    assert found[0].writers.shape == found[2].writers.shape == (1, 2, 3) and found[1] == ()


def test_a_padded_memory_is_masked():
    memory = Memory((tf.ones((2, 3, 4)),), tf.ones((2, 3), "bool"), tf.ones((2, 5)))
    padded = states.padded_memory(memory, 5)
    assert padded.states[0].shape == (2, 5, 4) and padded.final.shape == (2, 5)
    np.testing.assert_array_equal(padded.mask, [[True] * 3 + [False] * 2] * 2)
