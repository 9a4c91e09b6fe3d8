"""A beam of groups: each group is a beam, and diversity drives them apart."""

import numpy as np
import pytest

from tests.contract.conftest import ids, make
from zoo.decoding import Beam, generate
from zoo.errors import ZooError

LENGTH = 6


@pytest.fixture(scope="module")
def found():
    """A function of a strategy to the outputs for eight sources."""
    model, (source, _) = (
        make("rnn_encoder_decoder_nano", vocabulary=14, noise=0.4),
        ids(rows=8, vocabulary=14),
    )
    return lambda strategy, jit=False: generate(
        model, [row[row != 0].tolist() for row in source], strategy, LENGTH, jit=jit
    )


def test_groups_without_diversity_are_copies_of_a_smaller_beam(found):
    small, grouped = found(Beam(2)), found(Beam(4, groups=2))
    for two, four in zip(small, grouped):
        assert [o.ids for o in four] == [two[0].ids, two[0].ids, two[1].ids, two[1].ids]
        np.testing.assert_allclose([o.score for o in four[::2]], [o.score for o in two], rtol=1e-5)


def test_diversity_makes_the_first_tokens_differ(found):
    first = lambda best: np.mean([len({tuple(o.ids[:1]) for o in outputs}) for outputs in best])
    assert first(found(Beam(4, groups=4, diversity=0.0))) == 1
    assert (
        first(found(Beam(4, groups=4, diversity=50.0))) == 4
    )  # a token that was taken is never taken again
    some = first(found(Beam(4, groups=4, diversity=0.5)))
    assert 1 < some < 4


def test_the_first_group_is_not_changed_and_scores_are_of_the_model(found):
    plain, diverse = found(Beam(2)), found(Beam(4, groups=2, diversity=0.7))
    for two, four in zip(plain, diverse):
        scores = {tuple(o.ids): o.score for o in four}
        assert all(scores[tuple(o.ids)] == pytest.approx(o.score, rel=1e-5) for o in two)
        assert [o.score for o in four] == sorted((o.score for o in four), reverse=True)


def test_compiled_equals_eager(found):
    strategy = Beam(6, groups=3, diversity=0.4)
    assert [[o.ids for o in best] for best in found(strategy, True)] == [
        [o.ids for o in best] for best in found(strategy)
    ]


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
