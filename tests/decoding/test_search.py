"""The loop that decodes: a batch that is filled again, memory for outputs, and what a search costs less by."""

import numpy as np
import pytest
import tensorflow as tf
from keras import ops

import zoo
from tests.contract.conftest import make
from zoo.decoding import Beam, Constraints, Greedy, Sample, generate
from zoo.decoding.generate import CHUNK, LEAST, padded_length, pools
from zoo.decoding.hypotheses import top
from zoo.decoding.search import search
from zoo.errors import ZooError

STRATEGIES = [Greedy(), Beam(3), Beam(4, groups=2, diversity=0.5), Sample(2, seed=3)]


@pytest.fixture(scope="module")
def model():
    return make("transformer_nano", vocabulary=12)


def sources(count, longest, seed=0):
    rng = np.random.default_rng(seed)
    return [[*rng.integers(3, 12, n).tolist(), 2] for n in rng.integers(1, longest, count)]


def batch(rows):
    found = np.zeros((len(rows), max(map(len, rows))), "int32")
    for row, ids in zip(found, rows):
        row[:len(ids)] = ids
    return tf.constant(found)


@pytest.mark.parametrize("strategy", STRATEGIES, ids=repr)
@pytest.mark.parametrize("rows", [1, 3])
def test_a_batch_that_is_filled_again_gives_what_one_batch_gives(model, strategy, rows):
    pool = batch(sources(13, 9))
    whole = strategy(model, pool, 7)
    found, given_up = search(strategy, model, pool, 7, rows=rows)
    assert not np.any(given_up)
    np.testing.assert_array_equal(found.tokens, whole.tokens)
    np.testing.assert_allclose(found.scores, whole.scores, rtol=1e-4, atol=1e-4)


def test_only_as_many_sources_are_decoded_as_are_asked_for(model):
    pool = batch(sources(9, 6))
    found, _ = search(Greedy(), model, pool, 5, count=4, rows=2)
    np.testing.assert_array_equal(found.tokens[:4], Greedy()(model, pool[:4], 5).tokens)
    assert not np.any(found.tokens[4:])


@pytest.mark.parametrize("strategy", STRATEGIES[:2], ids=repr)
def test_what_needs_more_memory_is_given_up_and_found_again(model, strategy):
    strategy = type(strategy)(**{**vars(strategy), "constraints": Constraints(min_ratio=6.0, max_ratio=6.0)})  # of 12 to 42
    rows = sources(5, 7, seed=4)
    _, given_up = search(strategy, model, batch(rows), 64, rows=4, room=32)
    assert 0 < np.sum(given_up) < len(rows)
    whole = strategy(model, batch(rows), 64)
    for best, tokens in zip(generate(model, rows, strategy, 64, rows=4, jit=False), np.asarray(whole.tokens)):
        assert [o.ids for o in best] == [[t for t in row.tolist() if t not in (0, 2)] for row in tokens]


def test_too_long_a_maximum_is_an_error_whatever_the_outputs_need():
    model = zoo.create("conv_seq2seq_nano", 12, 12)  # of 64 positions
    with pytest.raises(ZooError, match="longer than the model's 64 positions"):
        generate(model, sources(3, 5), Greedy(), 65)


def test_early_stopping_ends_with_as_many_finished_hypotheses_as_asked_for(model):
    rows = batch(sources(20, 9))
    certain, early = Beam(3, 1.0, formula="power"), Beam(3, 1.0, formula="power", early_stopping=True)
    best, found = (np.asarray(strategy(model, rows, 24).scores[:, 0]) for strategy in (certain, early))
    assert (found <= best + 1e-5).all() and (found < best - 1e-4).any()
    assert repr(early) == "Beam(size=3, length_penalty=1.0, formula='power', early_stopping=True)"


@pytest.mark.parametrize("shape, count", [((3, 40), 5), ((4, 1000), 8), ((2, 1003), 1), ((5, 8001), 8), ((1, 7), 7)])
def test_top_is_top_k(shape, count):
    x = np.random.default_rng(0).normal(size=shape).astype("float32").round(2)  # with ties
    values, places = top(tf.constant(x), count)
    np.testing.assert_array_equal(values, ops.top_k(x, count)[0])
    np.testing.assert_array_equal(np.take_along_axis(x, np.asarray(places), 1), values)
    assert all(len(set(row)) == count for row in np.asarray(places).tolist())


def test_pools_hold_every_source_once_and_few_lengths():
    lengths, rows = np.random.default_rng(1).integers(1, 100, 5000).tolist(), 16
    found = list(pools(range(5000), lengths, rows))
    assert sorted(i for pool in found for i in pool) == list(range(5000))
    assert all(LEAST * rows <= len(pool) <= CHUNK * rows for pool in found[:-1])
    ordered = [lengths[i] for pool in found for i in pool]
    assert ordered == sorted(lengths, reverse=True)
    assert list(pools([], [], rows)) == []
    assert len(list(pools(range(70), lengths[:70], rows))) == 1  # too few for two lengths


def test_padded_lengths_grow_by_a_third_at_most_where_they_are_long():
    assert sorted({padded_length(i) for i in range(1, 200)}) == [8, 16, 24, 32, 48, 64, 96, 128, 192, 256]
