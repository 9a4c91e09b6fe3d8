"""An ensemble's probability is the mean of its models'."""

import numpy as np
import pytest

from tests.contract.conftest import ids, shared
from zoo.decoding import Beam, Ensemble, Greedy, generate, score
from zoo.decoding.padding import padded
from zoo.errors import ZooError

LENGTH = 6


@pytest.fixture(scope="module")
def models():
    """Two variants that share nothing but their vocabulary, and sources."""
    source, _ = ids(rows=3)
    return [shared("lstm_seq2seq_nano"), shared("transformer_nano", depth=1)], [
        row[row != 0].tolist() for row in source
    ]


def test_of_one_model_is_that_model(models):
    (first, _), sources = models
    for strategy in (Greedy(), Beam(3)):
        alone, ensemble = (
            generate(m, sources, strategy, LENGTH, jit=False) for m in (first, Ensemble([first]))
        )
        assert [[o.ids for o in best] for best in ensemble] == [
            [o.ids for o in best] for best in alone
        ]
        np.testing.assert_allclose(
            [best[0].score for best in ensemble], [best[0].score for best in alone], rtol=1e-4
        )


@pytest.mark.parametrize("jit", [False, True])
def test_greedy_is_the_argmax_of_the_mean(models, jit):
    models, sources = models
    found = [best[0] for best in generate(Ensemble(models), sources, Greedy(), LENGTH, jit=jit)]
    source = padded(sources, len(sources), 2)
    opened = padded([[1, *output.ids] for output in found], len(found), 2)
    p = sum(softmax(np.array(model((source, opened)), "float64")) for model in models) / 2
    p[..., :2] = 0
    for output, own in zip(found, p):
        best = own.argmax(-1)[: len(output.ids) + output.ended]
        assert best.tolist() == [*output.ids, *[2] * output.ended]
        assert output.score == pytest.approx(np.log(own.max(-1)[: len(best)]).sum(), rel=1e-4)


def softmax(logits):
    """Probabilities of logits [..., V]."""
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def test_beam_search_finds_at_least_what_greedy_finds(models):
    models, sources = models
    both = [
        generate(Ensemble(models), sources, strategy, LENGTH, jit=False)
        for strategy in (Greedy(), Beam(8, 0.0))
    ]
    assert all(beam[0].score >= greedy[0].score - 1e-4 for greedy, beam in zip(*both))


def test_an_ensemble_may_be_a_member(models):
    models, sources = models
    nested = Ensemble([Ensemble(models), models[0]])
    assert nested.members == [*models, models[0]]
    found = generate(nested, sources, Beam(2), LENGTH, jit=False)
    for source, best in zip(sources, found):
        targets = [[*o.ids, 2] if o.ended else o.ids for o in best]
        scores = score(nested, [source] * 2, targets, jit=False)
        np.testing.assert_allclose(
            [o.log_probability for o in best], [s.log_probability for s in scores], rtol=1e-4
        )


def test_models_that_do_not_fit_together(models):
    with pytest.raises(ZooError, match="needs at least one model"):
        Ensemble([])
    with pytest.raises(
        ZooError,
        match="agree on (target|source)_vocabulary, got 20, 21",
    ):
        Ensemble([models[0][0], shared("lstm_seq2seq_nano", vocabulary=21)])
