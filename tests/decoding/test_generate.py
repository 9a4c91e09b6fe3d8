"""Decoding many sources: details of outputs, streams in bounded memory, few compiled shapes."""

import collections
import importlib

import numpy as np
import pytest

from tests import tracing
from tests.contract.conftest import ids, make, shared
from zoo.decoding import Beam, Constraints, Ensemble, Greedy, generate, stream
from zoo.decoding.generate import CHUNK, lanes_for, next_chunk, until_end
from zoo.decoding.padding import padded
from zoo.errors import ZooError

generating = importlib.import_module("zoo.decoding.generate")  # the package names a function so


@pytest.fixture(scope="module")
def sources():
    source, _ = ids(rows=6)
    return [row[row != 0].tolist() for row in source]


@pytest.fixture(scope="module")
def attentive():
    return shared("bilstm_bahdanau_nano")


@pytest.fixture(scope="module")
def lstm():
    return shared("lstm_seq2seq_nano")


# Details ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "strategy", [Greedy(), Beam(3), Greedy(Constraints(max_length=3))], ids=repr
)
def test_tokens_add_up_and_attention_is_that_of_the_alignment(traced, attentive, sources, strategy):
    found = generate(attentive, sources, strategy, 5, details=True)
    assert any(not o.ended for best in found for o in best)
    for source, best in zip(sources, found):
        for o in best:
            written = [*o.ids, *[attentive.end_id] * o.ended]
            assert len(o.tokens) == len(written)
            np.testing.assert_allclose(sum(o.tokens), o.log_probability, rtol=1e-4, atol=1e-4)
        opened = padded([[attentive.start_id, *o.ids] for o in best], len(best), 2)
        expected = np.asarray(attentive.align(np.array([source] * len(best)), opened))
        for o, look in zip(best, expected):
            np.testing.assert_allclose(o.attention, look[: len(o.tokens)], rtol=1e-4, atol=1e-5)


def test_nothing_is_computed_that_was_not_asked_for(lstm, sources):
    plain = generate(lstm, sources, Greedy(), 5, jit=False)
    assert all(o.tokens is None and o.attention is None for (o,) in plain)
    detailed = stream(lstm, sources, Greedy(), 5, details=True, jit=False)
    assert all(len(o.tokens) and o.attention is None for (o,) in detailed)


def test_the_attention_of_an_ensemble_is_the_mean_of_its_models(attentive, sources):
    models = [attentive, shared("transformer_nano", depth=1)]
    strategy = Beam(2, coverage_penalty=0.5)
    (best,) = generate(Ensemble(models), sources[:1], strategy, 5, details=True, jit=False)
    opened = np.array([[1, *best[0].ids, 2][: len(best[0].tokens)]])
    expected = sum(np.asarray(model.align(np.array(sources[:1]), opened)) for model in models) / 2
    np.testing.assert_allclose(best[0].attention, expected[0], rtol=1e-4, atol=1e-5)


# Streams ------------------------------------------------------------------------------------------


def test_a_stream_gives_what_generate_gives_and_reads_no_further_than_it_must(traced, lstm):
    rng = np.random.default_rng(4)
    sources = [[*rng.integers(4, 20, n).tolist(), 2] for n in rng.integers(0, 12, 2 * CHUNK + 3)]
    expected = [best[0].ids for best in generate(lstm, sources, Greedy(), 4)]
    left = iter(sources)
    outputs = stream(lstm, left, Greedy(), 4, rows=1)
    found = [next(outputs)[0].ids]
    assert len(list(left)) == len(sources) - CHUNK  # one chunk was read, and not the file
    assert found == expected[:1]
    streamed = stream(lstm, sources, Greedy(), 4, rows=1)
    assert [best[0].ids for best in streamed] == expected
    assert list(stream(lstm, [], Greedy(), 4)) == []


def test_a_stream_tells_which_source_is_broken(traced, lstm):
    outputs = stream(lstm, [[5, 2]] * (CHUNK + 1) + [[]], Greedy(), 3, rows=1)
    with pytest.raises(ZooError, match=f"source {CHUNK + 2} is empty"):
        list(outputs)


def test_thousands_of_sources_of_any_lengths_compile_a_few_times(traced):
    """Three chunks of a stream: each further one has the shapes of the second."""
    model = make("lstm_seq2seq_nano")
    rng = np.random.default_rng(5)
    sources = [[*rng.integers(4, 20, n).tolist(), 2] for n in rng.integers(0, 64, 2_500)]
    assert len(list(stream(model, sources, Greedy(), 6, rows=64))) == 2_500
    functions = tracing._functions[model]
    kinds = collections.Counter(key[0] for key in functions)
    assert all(f.experimental_get_tracing_count() == 1 for f in functions.values())
    assert 1 < kinds["encode"] <= 6 and kinds["advance"] <= 4


def test_a_stream_holds_few_long_recordings(monkeypatch):
    monkeypatch.setattr(generating, "HELD", 100)
    left = iter([np.zeros((40, 2))] * 9)
    assert len(next_chunk(left, 256, 2)) == 3 and len(list(left)) == 6
    assert len(next_chunk(iter([[5, 2]] * 300), 256, None)) == 256


# Small parts --------------------------------------------------------------------------------------


def test_an_output_ends_before_its_end_token_or_padding():
    assert until_end([5, 6, 2, 7], 2) == [5, 6]
    assert until_end([5, 0, 0], 2) == [5]
    assert until_end([5, 6], 2) == [5, 6]


def test_lanes_are_no_more_than_the_sources_can_use():
    assert lanes_for(5, 4, 8) == 5
    assert lanes_for(0, 4, 8) == 1
    assert lanes_for(10, 256, None) == 1
