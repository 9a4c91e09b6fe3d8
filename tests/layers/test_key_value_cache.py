"""A cache that a search never moves, against a list of each hypothesis' own past."""

import numpy as np
import pytest
import tensorflow as tf

from zoo.layers.attention import KeysValues
from zoo.layers.key_value_cache import KeyValueCache

SOURCES, COUNT, SLOTS = 2, 3, 4


def empty(slots=SLOTS):
    entry = KeysValues.empty(SOURCES, 1, slots, 1, "float32")
    return KeyValueCache.begin((entry,)).emptied(SOURCES, COUNT, slots)


class Search:
    """A cache, and beside it the numbers that each hypothesis has written, oldest first."""

    def __init__(self, slots=SLOTS):
        self.cache, self.number = empty(slots), 0
        self.pasts = [[[] for _ in range(COUNT)] for _ in range(SOURCES)]

    def step(self):
        """Every hypothesis writes a number of its own and looks at its past."""
        new = np.zeros((SOURCES, 1, COUNT, 1), "float32")
        for source in range(SOURCES):
            for hypothesis in range(COUNT):
                self.number += 1
                new[source, 0, hypothesis] = self.number
                self.pasts[source][hypothesis].append(self.number)
        cache = self.cache.opened()
        values = tf.constant(new)
        entries = cache.written(0, KeysValues(tf.transpose(values, (0, 1, 3, 2)), values))
        visible = np.asarray(cache.bias(None)) == 0  # [B, 1, K, L K]
        assert visible.shape[1] == 1
        for source in range(SOURCES):
            own = np.asarray(entries.values)[source, 0, :, 0]
            np.testing.assert_array_equal(own, np.asarray(entries.keys)[source, 0, 0])
            for hypothesis in range(COUNT):
                found = sorted(own[visible[source, 0, hypothesis]].tolist())
                assert found == sorted(self.pasts[source][hypothesis])
        self.cache = cache.closed((entries,))

    def reorder(self, parents):
        self.cache = self.cache.reordered(tf.constant(parents, "int32"))
        self.pasts = [[list(self.pasts[b][p]) for p in parents[b]] for b in range(SOURCES)]

    def restart(self, new):
        self.cache = self.cache.restarted(tf.constant(new))
        for source, fresh in enumerate(new):
            if fresh:
                self.pasts[source] = [[] for _ in range(COUNT)]


PARENTS = [[1, 1, 0], [2, 0, 2]]


def test_hypotheses_see_their_own_past_after_reordering():
    search = Search()
    for _ in range(SLOTS):
        search.step()
        search.reorder(PARENTS)


def test_slots_are_a_ring_that_a_new_source_enters_anywhere():
    search = Search()
    for turn in range(3 * SLOTS):
        search.step()
        search.reorder(PARENTS)
        search.restart([turn % 3 == 1, turn % 4 == 3])  # no source takes more than four steps


@pytest.mark.parametrize("slots", [3, 7])
def test_a_cache_of_another_size_keeps_the_last_steps(slots):
    search = Search()
    for turn in range(SLOTS + 2):  # the ring has been round
        search.step()
        search.reorder(PARENTS)
        search.restart([turn == 3, turn == 3])
    search.cache = search.cache.resized(empty(slots))
    assert search.cache.writers.shape == (SOURCES, COUNT, slots)
    for _ in range(slots - 2):
        search.step()


def test_ages_count_from_the_current_step():
    search = Search()
    for _ in range(2):
        search.step()
    ages = np.asarray(search.cache.opened().ages())
    assert ages[2] == 0 and ages[1] == 1 and ages[0] == 2


def test_a_bias_of_slots_is_added_for_every_hypothesis_of_a_slot():
    search = Search()
    for _ in range(SLOTS - 1):
        search.step()
        search.reorder(PARENTS)
    cache = search.cache.opened()  # every slot holds an entry of each hypothesis' past
    slot_bias = np.arange(1, SLOTS + 1, dtype="float32")[None, None, None]
    bias, plain = (np.asarray(cache.bias(x)) for x in (tf.constant(slot_bias), None))
    assert ((plain == 0).sum(-1) == SLOTS).all()
    np.testing.assert_allclose(bias - plain, np.repeat(slot_bias, COUNT, -1) + 0 * plain, atol=0.01)
