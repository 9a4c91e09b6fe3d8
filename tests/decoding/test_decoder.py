"""A batch of places that is refilled, whose memory grows and shrinks."""

import numpy as np
import pytest
import tensorflow as tf

import zoo
from tests.contract.conftest import make
from tests.tracing import search
from zoo.decoding import Beam, Constraints, Greedy, Sample, generate
from zoo.decoding.decoder import Decoder
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
def test_a_batch_that_is_refilled_gives_what_one_batch_gives(traced, model, strategy):
    rows = sources(7, 9)
    found = generate(model, rows, strategy, 7, rows=1, lanes=1)
    assert_same(found, search(model, strategy, batch(rows), 7))


@pytest.mark.parametrize("strategy", [STRATEGIES[1], STRATEGIES[3]], ids=repr)
def test_batches_side_by_side_give_what_one_batch_gives(traced, model, strategy):
    rows = sources(13, 9)
    found = generate(model, rows, strategy, 7, rows=4, lanes=3)
    assert_same(found, search(model, strategy, batch(rows), 7))


@pytest.mark.parametrize("kind", [Greedy, Beam])
def test_the_memory_of_a_batch_grows_and_shrinks(traced, model, monkeypatch, kind):
    """Outputs of up to eight times the source, and sources from 20 tokens down to 2."""
    monkeypatch.setattr("zoo.decoding.decoder.FEW", 0)
    rooms, own = [], Decoder.advance
    monkeypatch.setattr(
        Decoder,
        "advance",
        lambda decoder, room, *rest: rooms.append(room) or own(decoder, room, *rest),
    )
    limits = Constraints(min_ratio=5.0, max_ratio=8.0)
    strategy = kind(2, constraints=limits) if kind is Beam else kind(limits)
    rows_of = [*sources(2, 20, seed=4), *sources(8, 5, seed=5)]
    found = generate(model, rows_of, strategy, 36, rows=2)
    assert {1, -1} <= set(np.sign(np.diff(rooms)))
    assert_same(found, search(model, strategy, batch(rows_of), 36))


def test_the_memory_of_a_single_compiled_batch_grows(model, monkeypatch):
    advanced, own = [], Decoder.advance
    monkeypatch.setattr(
        Decoder,
        "advance",
        lambda decoder, room, *rest: advanced.append(room) or own(decoder, room, *rest),
    )
    strategy, rows_of = Beam(2, constraints=Constraints(min_length=30)), sources(8, 5, seed=5)
    found = generate(model, rows_of, strategy, 36, rows=8)
    assert_same(found, search(model, strategy, batch(rows_of), 36))
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
