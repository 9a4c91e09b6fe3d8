"""Decoding many sources: as they come, in bounded memory, and compiled for a handful of shapes."""

import collections

import numpy as np
import pytest

from tests.contract.conftest import make
from zoo import backend as compiled
from zoo.decoding import Greedy, generate, stream
from zoo.decoding.generate import CHUNK
from zoo.errors import ZooError


@pytest.fixture(scope="module")
def model():
    return make("lstm_seq2seq_nano")


@pytest.fixture(scope="module")
def sources():
    rng = np.random.default_rng(4)
    return [[*rng.integers(4, 20, n).tolist(), 2] for n in rng.integers(0, 40, 69)]


def test_a_stream_gives_what_generate_gives_and_reads_no_further_than_it_must(model, sources):
    expected = [best[0].ids for best in generate(model, sources, Greedy(), 7)]
    left = iter(sources)
    outputs = stream(model, left, Greedy(), 7, rows=2)
    first = next(outputs)
    assert first[0].ids == expected[0]
    assert len(list(left)) == len(sources) - 2 * CHUNK  # one chunk was read, and not the file
    assert [best[0].ids for best in stream(model, sources, Greedy(), 7, rows=2)] == expected
    assert list(stream(model, [], Greedy(), 7)) == []


def test_a_stream_tells_which_source_is_broken(model):
    outputs = stream(model, [[5, 2]] * (CHUNK + 1) + [[]], Greedy(), 3, rows=1)
    with pytest.raises(ZooError, match=f"source {CHUNK + 2} is empty"):
        list(outputs)


def test_ten_thousand_sources_of_any_lengths_compile_a_few_times():
    model = make("lstm_seq2seq_nano")
    rng = np.random.default_rng(5)
    sources = [[*rng.integers(4, 20, n).tolist(), 2] for n in rng.integers(0, 64, 10_000)]
    assert len(list(stream(model, sources, Greedy(), 6))) == 10_000
    kinds = collections.Counter(key[0] for key in compiled._functions[model])
    assert all(
        function.experimental_get_tracing_count() == 1
        for function in compiled._functions[model].values()
    )
    assert 1 < kinds["encode"] <= 6 and kinds["advance"] <= 4
