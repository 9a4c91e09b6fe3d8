"""What an output says of itself on request: its tokens' log-probabilities, and where it looked."""

import numpy as np
import pytest

from tests.contract.conftest import ids, make
from zoo.decoding import Beam, Constraints, Ensemble, Greedy, generate, stream
from zoo.errors import ZooError


@pytest.fixture(scope="module")
def sources():
    source, _ = ids(rows=6)
    return [row[row != 0].tolist() for row in source]


@pytest.mark.parametrize(
    "strategy, jit",
    [(Greedy(), False), (Beam(3), True), (Greedy(Constraints(max_length=3)), False)],
    ids=repr,
)
def test_tokens_add_up_and_attention_is_that_of_the_alignment(sources, strategy, jit):
    model = make("bilstm_bahdanau_nano")
    found = generate(model, sources, strategy, 5, details=True, jit=jit)
    assert any(not o.ended for best in found for o in best)
    for source, best in zip(sources, found):
        for o in best:
            written = [*o.ids, *[model.end_id] * o.ended]
            assert len(o.tokens) == len(written)
            np.testing.assert_allclose(sum(o.tokens), o.log_probability, rtol=1e-4, atol=1e-4)
            opened = np.array([[model.start_id, *written[:-1]]])
            np.testing.assert_allclose(
                o.attention, model.align(np.array([source]), opened)[0], rtol=1e-4, atol=1e-5
            )


def test_nothing_is_computed_that_was_not_asked_for(sources):
    model, eagerly = make("lstm_seq2seq_nano"), dict(jit=False)
    assert all(
        o.tokens is None and o.attention is None
        for (o,) in generate(model, sources, Greedy(), 5, **eagerly)
    )
    assert all(
        len(o.tokens) and o.attention is None
        for (o,) in stream(model, sources, Greedy(), 5, details=True, **eagerly)
    )


def test_an_ensemble_looks_where_its_models_look_on_the_average(sources):
    models = [make("bilstm_bahdanau_nano"), make("transformer_nano")]
    (best,) = generate(
        Ensemble(models), sources[:1], Beam(2, coverage_penalty=0.5), 5, details=True, jit=False
    )
    opened = np.array([[1, *best[0].ids, 2][: len(best[0].tokens)]])
    expected = sum(np.asarray(model.align(np.array(sources[:1]), opened)) for model in models) / 2
    np.testing.assert_allclose(best[0].attention, expected[0], rtol=1e-4, atol=1e-5)


def test_overlooked_source_tokens_cost(sources):
    model = make("bilstm_bahdanau_nano", noise=0.5)
    plain, covered = (
        generate(model, sources, Beam(4, 1.0, coverage_penalty=w), 9, details=True, jit=False)
        for w in (0.0, 50.0)
    )

    def overlooked(found):
        return np.mean(
            [-np.log(np.clip(best[0].attention.sum(0), 1e-9, 1)).sum() for best in found]
        )

    assert overlooked(covered) < overlooked(plain)


def test_a_coverage_penalty_needs_attention(sources):
    for model in (
        make("lstm_seq2seq_nano"),
        Ensemble([make("lstm_seq2seq_nano"), make("transformer_nano")]),
    ):
        with pytest.raises(
            ZooError, match="coverage_penalty needs attention, which (LSTMSeq2Seq|Ensemble) has not"
        ):
            generate(model, sources, Beam(2, coverage_penalty=0.2), 5)
    assert (
        repr(Beam(2, coverage_penalty=0.2))
        == "Beam(size=2, length_penalty=0.6, formula='gnmt', coverage_penalty=0.2)"
    )
