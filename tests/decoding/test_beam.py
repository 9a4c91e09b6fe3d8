"""Beam search: groups and their diversity, early stopping and the coverage penalty."""

import numpy as np
import pytest

from tests.contract.conftest import ids, make, shared
from tests.tracing import search
from zoo.decoding import Beam, Constraints, Ensemble, generate
from zoo.decoding.padding import padded
from zoo.errors import ZooError

LENGTH = 6


@pytest.fixture(scope="module")
def found():
    """A function of a strategy to the outputs for eight sources."""
    model = make("rnn_encoder_decoder_nano", vocabulary=14, noise=0.4)
    source, _ = ids(rows=8, vocabulary=14)
    sources = [row[row != 0].tolist() for row in source]
    return lambda strategy: generate(model, sources, strategy, LENGTH, jit=False)


@pytest.fixture(scope="module")
def sources():
    source, _ = ids(rows=6)
    return [row[row != 0].tolist() for row in source]


def test_a_beam_has_no_more_outputs_than_there_are(found):
    only = found(Beam(4, constraints=Constraints(prefix=(5,), max_length=1)))
    assert [[o.ids for o in best] for best in only] == [[[5]]] * 8
    assert all(best[0].score > -100 for best in only)


def test_groups_without_diversity_are_copies_of_a_smaller_beam(found):
    small, grouped = found(Beam(2)), found(Beam(4, groups=2))
    for two, four in zip(small, grouped):
        assert [o.ids for o in four] == [two[0].ids, two[0].ids, two[1].ids, two[1].ids]
        np.testing.assert_allclose([o.score for o in four[::2]], [o.score for o in two], rtol=1e-5)


def test_diversity_makes_the_first_tokens_differ(found):
    first = lambda best: np.mean([len({tuple(o.ids[:1]) for o in outputs}) for outputs in best])
    assert first(found(Beam(4, groups=4, diversity=0.0))) == 1
    # A token that was taken is never taken again.
    assert first(found(Beam(4, groups=4, diversity=50.0))) == 4
    some = first(found(Beam(4, groups=4, diversity=0.5)))
    assert 1 < some < 4


def test_the_first_group_is_not_changed_and_scores_are_of_the_model(found):
    plain, diverse = found(Beam(2)), found(Beam(4, groups=2, diversity=0.7))
    for two, four in zip(plain, diverse):
        scores = {tuple(o.ids): o.score for o in four}
        assert all(scores[tuple(o.ids)] == pytest.approx(o.score, rel=1e-5) for o in two)
        assert [o.score for o in four] == sorted((o.score for o in four), reverse=True)


@pytest.mark.parametrize(
    "given, message",
    [
        (dict(size=4, groups=3), "a beam of 4 cannot be cut into 3 equal groups"),
        (dict(groups=0), "groups must be"),
        (dict(diversity=0.5), "diversity is between groups"),
        (dict(groups=2, diversity=-1), "diversity must be a number of at least 0"),
    ],
)
def test_nonsense_is_refused(given, message):
    with pytest.raises(ZooError, match=message):
        Beam(**given)


@pytest.mark.parametrize("early_stopping", [False, True])
def test_hypotheses_against_a_prefix_never_finish(early_stopping):
    """The end token against a prefix is as improbable as can be, and yet among the best."""
    model = shared("transformer_nano", vocabulary=12)
    rules = Constraints(prefix=(5, 6, 7))
    source = padded([[4, 5, 2], [9, 8, 3, 2]], 2, 2)
    found = search(model, Beam(4, early_stopping=early_stopping, constraints=rules), source, 8)
    assert (np.asarray(found.tokens)[:, :, :3] == rules.prefix).all()


def test_early_stopping_ends_with_as_many_finished_hypotheses_as_asked_for():
    model, rng = shared("transformer_nano", vocabulary=12), np.random.default_rng(0)
    rows = [[*rng.integers(3, 12, n).tolist(), 2] for n in rng.integers(1, 9, 20)]
    source = padded(rows, 20, 2)
    certain = Beam(3, 1.0, formula="power")
    early = Beam(3, 1.0, formula="power", early_stopping=True)
    best, found = (
        np.asarray(search(model, strategy, source, 24).scores[:, 0])
        for strategy in (certain, early)
    )
    assert (found <= best + 1e-5).all() and (found < best - 1e-4).any()
    assert repr(early) == "Beam(size=3, length_penalty=1.0, formula='power', early_stopping=True)"


def test_overlooked_source_tokens_cost(traced, sources):
    model = make("bilstm_bahdanau_nano", noise=0.5)
    plain, covered = (
        generate(model, sources, Beam(4, 1.0, coverage_penalty=w), 9, details=True)
        for w in (0.0, 50.0)
    )

    def overlooked(found):
        return np.mean(
            [-np.log(np.clip(best[0].attention.sum(0), 1e-9, 1)).sum() for best in found]
        )

    assert overlooked(covered) < overlooked(plain)


def test_a_coverage_penalty_needs_attention(sources):
    lstm = shared("lstm_seq2seq_nano")
    message = "coverage_penalty needs attention, which (LSTMSeq2Seq|Ensemble) lacks"
    for model in (lstm, Ensemble([lstm, shared("transformer_nano", depth=1)])):
        with pytest.raises(ZooError, match=message):
            generate(model, sources, Beam(2, coverage_penalty=0.2), 5)
    assert (
        repr(Beam(2, coverage_penalty=0.2))
        == "Beam(size=2, length_penalty=0.6, formula='gnmt', coverage_penalty=0.2)"
    )
