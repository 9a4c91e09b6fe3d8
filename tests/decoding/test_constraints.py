"""Constraints hold for every strategy, and their scores are those of the model."""

import functools
import itertools

import numpy as np
import pytest

import zoo
from tests.contract.conftest import ids, make
from zoo.decoding import Beam, Constraints, Greedy, Sample, generate
from zoo.decoding.constraints import tokens_of
from zoo.errors import ZooError

LENGTH = 8
SOURCES = [row[row != 0].tolist() for row in ids(rows=10, vocabulary=12)[0]]
STRATEGIES = {
    "greedy": lambda c: Greedy(c),
    "beam": lambda c: Beam(4, 0.6, constraints=c),
    "groups": lambda c: Beam(4, 0.6, groups=2, diversity=0.5, constraints=c),
    "sample": lambda c: Sample(3, constraints=c),
}


@pytest.fixture(scope="module")
def model():
    """A recurrent model: small, and quick to trace."""
    return make("rnn_encoder_decoder_nano", vocabulary=12, noise=0.4)


@pytest.fixture(scope="module")
def few_words():
    """The same with four tokens that may be put out."""
    return make("rnn_encoder_decoder_nano", vocabulary=6, noise=0.4)


@pytest.fixture(params=STRATEGIES)
def outputs(request, model):
    """A function of constraints to the sources and all outputs, end token left out."""

    def of(eager=True, **constraints):
        strategy = STRATEGIES[request.param](Constraints(**constraints))
        return SOURCES, decoded(model, strategy, eager)

    return of


@functools.cache
def decoded(model, strategy, eager):
    """Outputs, which several tests look at."""
    return generate(model, SOURCES, strategy, LENGTH, jit=not eager)


def lengths(best):
    return [len(o.ids) for outputs in best for o in outputs]


def test_lengths(outputs):
    free = lengths(outputs()[1])
    assert min(free) < 6  # or there would be nothing to hold back
    assert min(lengths(outputs(min_length=7)[1])) >= 6
    assert max(lengths(outputs(max_length=3)[1])) == 3
    sources, best = outputs(min_ratio=0.8, max_ratio=0.8)
    for source, few in zip(sources, best):
        exact = min(LENGTH, int(np.ceil(np.float32(0.8) * np.float32(len(source)))))
        assert {len(o.ids) for o in few} <= {
            exact,
            exact - 1,
        }  # cut there, or ended by the end token


def test_a_ratio_is_not_rounded_up_by_the_error_of_float32():
    lengths = np.array([25, 50, 26], "float32")
    assert np.asarray(tokens_of(np.float32(0.6) * lengths, 99)).tolist() == [15, 30, 16]
    assert np.asarray(tokens_of(np.float32(1.0) * lengths, 40)).tolist() == [25, 40, 26]


def test_huge_ratios_are_no_limits(outputs):
    free, wide = (outputs(**given)[1] for given in ({}, {"max_ratio": 1e30}))
    assert lengths(wide) == lengths(free)
    assert min(lengths(outputs(min_ratio=1e30)[1])) >= LENGTH - 1


def test_forbidden_tokens_and_prefix(outputs):
    seen = {i for best in outputs()[1] for o in best for i in o.ids}
    gone = sorted(seen)[:3]
    assert not {i for best in outputs(forbidden=gone)[1] for o in best for i in o.ids} & set(gone)
    assert all(o.ids[:2] == [7, 5] for best in outputs(prefix=(7, 5))[1] for o in best)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_no_ngram_twice(outputs, n):
    def repeats(best):
        grams = lambda ids: [tuple(ids[i : i + n]) for i in range(len(ids) - n + 1)]
        return sum(len(grams(o.ids)) != len(set(grams(o.ids))) for few in best for o in few)

    assert repeats(outputs(min_length=LENGTH)[1])
    assert not repeats(outputs(min_length=LENGTH, no_repeat_ngram=n)[1])


def test_repetition_penalty(outputs):
    distinct = lambda best: np.mean([len(set(o.ids)) / len(o.ids) for few in best for o in few])
    assert distinct(outputs(min_length=LENGTH, repetition_penalty=3.0)[1]) > distinct(
        outputs(min_length=LENGTH)[1]
    )


@pytest.mark.parametrize("outputs", ["groups", "sample"], indirect=True)
def test_compiled_equals_eager(outputs):
    given = dict(
        min_length=3,
        max_ratio=1.0,
        prefix=(7,),
        forbidden=(5,),
        no_repeat_ngram=2,
        repetition_penalty=1.3,
    )
    (_, compiled), (_, eager) = outputs(eager=False, **given), outputs(**given)
    assert [[o.ids for o in best] for best in compiled] == [[o.ids for o in best] for best in eager]
    np.testing.assert_allclose(
        [o.score for best in compiled for o in best],
        [o.score for best in eager for o in best],
        rtol=1e-4,
        atol=1e-4,
    )


@pytest.mark.parametrize(
    "given",
    [
        dict(min_length=3),
        dict(forbidden=(3,)),
        dict(prefix=(4,)),
        dict(no_repeat_ngram=1),
        dict(max_ratio=0.5),
    ],
    ids=str,
)
@pytest.mark.parametrize("penalty", [0.0, 1.5])
def test_beam_equals_exhaustive_search(few_words, given, penalty):
    model = few_words
    length = 4
    source, _ = ids(rows=3, vocabulary=6, source=5)
    sources = [row[row != 0].tolist() for row in source]
    found = generate(
        model,
        sources,
        Beam(4**length, penalty, constraints=Constraints(**given)),
        length,
        jit=False,
    )
    every = [
        out
        for n in range(1, length + 1)
        for out in itertools.product((2, 3, 4, 5), repeat=n)
        if 2 not in out[:-1]
    ]
    for ids_, best in zip(sources, found):
        most = min(length, int(np.ceil(given.get("max_ratio", 9) * len(ids_))))
        valid = [
            out
            for out in every
            if (out[-1] == 2 and len(out) <= most or len(out) == most)
            and (out[-1] != 2 or len(out) >= given.get("min_length", 0))
            and out[:1] == given.get("prefix", out[:1])
            and not set(out) & set(given.get("forbidden", ()))
            and len(set(out)) >= len(out) * given.get("no_repeat_ngram", 0)
        ]
        scores = {}
        for out, one in zip(
            valid, zoo.score(model, [ids_] * len(valid), list(map(list, valid)), jit=False)
        ):
            scores[out] = (
                sum(one.tokens[len(given.get("prefix", ())) :]) / ((5 + len(out)) / 6) ** penalty
            )
        ranked = sorted(scores.values(), reverse=True)[:10]
        np.testing.assert_allclose(
            [o.score for o in best[: len(ranked)]], ranked, rtol=1e-4, atol=1e-4
        )


@pytest.mark.parametrize(
    "given, message",
    [
        (dict(min_length=-1), "min_length must be a whole number of at least 0, got -1"),
        (dict(max_length=0), "max_length must"),
        (dict(min_length=True), "min_length"),
        (dict(min_ratio=-0.1), "min_ratio must be a number of at least 0"),
        (dict(max_ratio=float("nan")), "max_ratio"),
        (dict(prefix="ab"), "prefix must hold token ids above 0"),
        (dict(forbidden=[0]), "forbidden"),
        (dict(no_repeat_ngram=1.5), "no_repeat_ngram"),
        (dict(repetition_penalty=0.5), "repetition_penalty must be a number of at least 1"),
        (dict(min_length=4, max_length=3), "max_length 3 is below the 4 tokens"),
        (dict(prefix=(1, 2), max_length=1), "below"),
    ],
)
def test_nonsense_is_refused(given, message):
    with pytest.raises(ZooError, match=message):
        Constraints(**given)


@pytest.mark.parametrize(
    "given, message",
    [
        (dict(forbidden=(99,)), "token id 99 is never generated: outputs have"),
        (dict(prefix=(1,)), "token id 1 is never generated"),
        (dict(prefix=(4, 2)), "the prefix has the end token 2, where every output would end"),
        (dict(prefix=(4,) * 9), "prefix has 9 tokens, and an output at most 8"),
    ],
)
def test_ids_that_a_model_has_not(outputs, given, message):
    with pytest.raises(ZooError, match=message):
        outputs(**given)


def test_repr_shows_what_is_given():
    assert repr(Greedy()) == "Greedy()"
    assert (
        repr(Greedy(Constraints(min_length=2, prefix=[5])))
        == "Greedy(constraints=Constraints(min_length=2, prefix=(5,)))"
    )
    assert repr(Beam(4, 0.6)) == "Beam(size=4, length_penalty=0.6, formula='gnmt')"
    assert "groups=2, diversity=0.5" in repr(Beam(4, groups=2, diversity=0.5))
