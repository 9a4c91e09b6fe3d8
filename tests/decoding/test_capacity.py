"""A search that cannot hold its hypotheses is refused before it starts."""

import pytest

import zoo
from zoo import backend
from zoo.decoding import Beam, Ensemble, Sample, generate
from zoo.decoding.capacity import search_bytes
from zoo.errors import ZooError


@pytest.fixture(scope="module")
def transformer():
    return zoo.create("transformer_nano", 9, 9, depth=1)


@pytest.mark.parametrize("strategy", [Beam(1_000_000), Sample(1_000_000)])
def test_more_hypotheses_than_anybody_needs(transformer, strategy):
    most = "5,000" if isinstance(strategy, Beam) else "20,000"
    with pytest.raises(ZooError, match=f"at most {most} hypotheses per source, got 1,000,000"):
        generate(transformer, [[5, 2]], strategy, 4)


def test_more_hypotheses_than_fit(transformer, monkeypatch):
    monkeypatch.setattr(backend, "memory", lambda: 2**20)
    monkeypatch.setattr(backend, "gpu_memory", lambda: 0)
    with pytest.raises(
        ZooError,
        match="1,000 hypotheses at once takes at least .* lower .*--beam",
    ):
        generate(transformer, [[5, 2]], Beam(1000), 4)


def test_hypotheses_look_at_the_past_of_one_another(transformer):
    one, ten = (search_bytes(transformer, count, steps=4) for count in (1000, 10_000))
    heads = transformer.get_config()["heads"]
    assert ten > 4 * heads * 4 * 10_000**2 and 90 * one < ten < 100 * one
    assert search_bytes(Ensemble([transformer, transformer]), 1000, 4) > 1.9 * one
    recurrent = zoo.create("lstm_seq2seq_nano", 9, 9, depth=1)
    one, ten = (search_bytes(recurrent, count, steps=4) for count in (1000, 10_000))
    assert ten == 10 * one
