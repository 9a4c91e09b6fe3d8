"""The loop that decodes: a batch that is filled again, memory for outputs, and what a search costs less by."""

import numpy as np
import pytest
import tensorflow as tf
from keras import ops

import zoo
from tests.contract.conftest import make
from zoo.decoding import Beam, Constraints, Greedy, Sample, generate
from zoo.decoding.decoder import Decoder
from zoo.decoding.padding import batches_of, padded_length
from zoo.decoding.hypotheses import top
from zoo.errors import ZooError

STRATEGIES = [Greedy(), Beam(3), Beam(4, groups=2, diversity=0.5), Sample(2, seed=3)]


@pytest.fixture(scope="module")
def model():
    return make("transformer_nano", vocabulary=12, depth=1)


def sources(count, longest, seed=0):
    rng = np.random.default_rng(seed)
    return [[*rng.integers(3, 12, n).tolist(), 2] for n in rng.integers(1, longest, count)]


def batch(rows):
    found = np.zeros((len(rows), max(map(len, rows))), "int32")
    for row, ids in zip(found, rows):
        row[: len(ids)] = ids
    return tf.constant(found)


@pytest.mark.parametrize("strategy", STRATEGIES, ids=repr)
@pytest.mark.parametrize("rows, lanes, jit", [(1, 1, False), (4, 3, True)])
def test_a_batch_that_is_filled_again_gives_what_one_batch_gives(model, strategy, rows, lanes, jit):
    rows_of = sources(13, 9)
    whole = strategy(model, batch(rows_of), 7)
    found = generate(model, rows_of, strategy, 7, rows=rows, lanes=lanes, jit=jit)
    assert_same(found, whole)


@pytest.mark.parametrize("strategy, jit", [(STRATEGIES[0], False), (STRATEGIES[1], True)], ids=repr)
def test_memory_grows_and_shrinks_with_what_is_in_it(model, strategy, jit, monkeypatch):
    """Outputs of up to eight times the source, and sources from 20 tokens down to 2."""
    monkeypatch.setattr("zoo.decoding.decoder.FEW", 0)
    rooms, own = [], Decoder.advance
    monkeypatch.setattr(
        Decoder,
        "advance",
        lambda decoder, room, *rest: rooms.append(room) or own(decoder, room, *rest),
    )
    strategy = type(strategy)(
        **{**vars(strategy), "constraints": Constraints(min_ratio=5.0, max_ratio=8.0)}
    )
    rows_of = [*sources(2, 20, seed=4), *sources(8, 5, seed=5)]
    found = generate(model, rows_of, strategy, 36, rows=2, jit=jit)
    assert {1, -1} <= set(np.sign(np.diff(rooms)))
    assert_same(found, strategy(model, batch(rows_of), 36))


def test_the_memory_of_a_single_batch_grows(model, monkeypatch):
    advanced, own = [], Decoder.advance
    monkeypatch.setattr(
        Decoder,
        "advance",
        lambda decoder, room, *rest: advanced.append(room) or own(decoder, room, *rest),
    )
    strategy, rows_of = Greedy(Constraints(min_length=30)), sources(8, 5, seed=5)
    assert_same(generate(model, rows_of, strategy, 36, rows=8), strategy(model, batch(rows_of), 36))
    assert advanced == [36]


def assert_same(found, whole):
    """Outputs as `generate` gives them, and `Hypotheses`."""
    for best, tokens, scores in zip(
        found, np.asarray(whole.tokens), np.asarray(whole.scores), strict=True
    ):
        assert [o.ids for o in best] == [
            [t for t in row.tolist() if t not in (0, 2)] for row in tokens
        ]
        np.testing.assert_allclose([o.score for o in best], scores, rtol=1e-4, atol=1e-4)


def test_too_long_a_maximum_is_an_error_whatever_the_outputs_need():
    model = zoo.create("conv_seq2seq_nano", 12, 12)  # of 64 positions
    with pytest.raises(ZooError, match="longer than the model's 64 positions"):
        generate(model, sources(3, 5), Greedy(), 65)


@pytest.mark.parametrize("name", ["conv_seq2seq_nano", "bart_nano", "prefix_lm_nano"])
def test_sources_as_long_as_the_positions_are_not_padded_beyond_them(name):
    model = zoo.create(name, 12, 12, max_positions=29)
    room = model.longest_source(8)
    assert len(generate(model, [[5] * (room - 1) + [2]], Greedy(), 8, jit=False)[0][0].ids) <= 8
    with pytest.raises(ZooError, match="29 (positions|that)"):
        generate(model, [[5] * room + [2]], Greedy(), 8, jit=False)


def test_early_stopping_ends_with_as_many_finished_hypotheses_as_asked_for():
    model, rows = make("transformer_nano", vocabulary=12), batch(sources(20, 9))
    certain, early = (
        Beam(3, 1.0, formula="power"),
        Beam(3, 1.0, formula="power", early_stopping=True),
    )
    best, found = (
        np.asarray(strategy(model, rows, 24).scores[:, 0]) for strategy in (certain, early)
    )
    assert (found <= best + 1e-5).all() and (found < best - 1e-4).any()
    assert repr(early) == "Beam(size=3, length_penalty=1.0, formula='power', early_stopping=True)"


@pytest.mark.parametrize(
    "shape, count", [((3, 40), 5), ((4, 1000), 8), ((2, 1003), 1), ((5, 8001), 8), ((1, 7), 7)]
)
def test_top_is_top_k(shape, count):
    x = np.random.default_rng(0).normal(size=shape).astype("float32").round(2)  # with ties
    values, places = top(tf.constant(x), count)
    np.testing.assert_array_equal(values, ops.top_k(x, count)[0])
    np.testing.assert_array_equal(np.take_along_axis(x, np.asarray(places), 1), values)
    assert all(len(set(row)) == count for row in np.asarray(places).tolist())


def test_batches_hold_every_source_once_and_are_padded_to_few_lengths():
    lengths, rows = (
        sorted(np.random.default_rng(1).integers(1, 100, 5000).tolist(), reverse=True),
        16,
    )
    found = list(batches_of(range(5000), lengths, rows))
    assert [i for chosen, _ in found for i in chosen] == list(range(5000))
    widths = [width for _, width in found]
    assert widths == sorted(widths, reverse=True) and len(set(widths)) <= 8
    assert all(width >= lengths[chosen[0]] for chosen, width in found)
    assert list(batches_of([], [], rows)) == []
    assert (
        len({width for _, width in batches_of(range(60), lengths[::90], rows)}) == 1
    )  # too few for two lengths


def test_padded_lengths_grow_by_a_third_at_most_where_they_are_long():
    assert sorted({padded_length(i) for i in range(1, 200)}) == [
        8,
        16,
        24,
        32,
        48,
        64,
        96,
        128,
        192,
        256,
    ]
