"""Noise by hand, and its properties over many seeds."""

import collections

import numpy as np
import pytest

from zoo.data.noise import (
    corrupt,
    corrupted_counts,
    corrupted_spans,
    extra_id,
    infill,
    infilled_spans,
    sentence_permutation,
    span_corruption,
    text_infilling,
)
from zoo.errors import ZooError

PARTY = "Thank you for inviting me to your party last week .".split()
XYZ = ["<X>", "<Y>", "<Z>"].__getitem__
SEEDS = range(200)


def restored(source, target):
    """Puts the spans of a target back in place of the source's sentinels."""
    spans, sentinel = {}, None
    for token in target:
        if token.startswith("<extra_id_"):
            sentinel = token
            spans[sentinel] = []
        else:
            spans[sentinel].append(token)
    return [word for token in source for word in spans.get(token, [token])]


def test_the_figure_of_the_t5_paper():
    source, target = corrupt(PARTY, [(2, 2), (8, 1)], XYZ)
    assert " ".join(source) == "Thank you <X> me to your party <Y> week ."
    assert " ".join(target) == "<X> for inviting <Y> last <Z>"


def test_spans_at_both_ends_and_names_of_the_sentinels():
    assert corrupt(list("abcde"), [(0, 1), (3, 2)]) == (
        ["<extra_id_0>", "b", "c", "<extra_id_1>"],
        ["<extra_id_0>", "a", "<extra_id_1>", "d", "e", "<extra_id_2>"],
    )


def test_no_span():
    assert corrupt(list("ab"), []) == (["a", "b"], ["<extra_id_0>"])
    assert infill(list("ab"), []) == ["a", "b"]


def test_ids_take_the_place_of_words():
    ids = np.arange(10, 16)
    assert corrupt(ids, [(1, 2), (5, 1)], lambda i: 99 - i) == (
        [10, 99, 13, 14, 98],
        [99, 11, 12, 98, 15, 97],
    )
    assert infill(ids, [(1, 2), (5, 0)], 4) == [10, 4, 13, 14, 4, 15]


@pytest.mark.parametrize(
    "spans, source",
    [
        ([(2, 2)], "A B <mask> E ."),  # a span becomes one mask, whatever its length
        ([(1, 1), (3, 2)], "A <mask> C <mask> ."),
        ([(2, 0)], "A B <mask> C D E ."),  # an empty span inserts a mask
        ([(0, 0), (6, 0)], "<mask> A B C D E . <mask>"),
        ([(1, 2), (3, 0), (3, 2)], "A <mask> <mask> <mask> ."),
    ],
)
def test_infilling_by_hand(spans, source):
    assert " ".join(infill("A B C D E .".split(), spans)) == source


@pytest.mark.parametrize(
    "length, noise, spans",
    [
        (0, 0, 0),
        (1, 0, 0),
        (2, 1, 1),
        (3, 1, 1),
        (10, 2, 1),
        (11, 2, 1),
        (13, 2, 1),
        (30, 4, 1),
        (31, 5, 2),
        (100, 15, 5),
        (512, 77, 26),  # 76.8 tokens; 25.67 spans
    ],
)
def test_counts_by_hand(length, noise, spans):
    assert corrupted_counts(length) == (noise, spans)


def test_counts_stay_in_their_bounds():
    assert corrupted_counts(10, density=0.99) == (
        9,
        1,
    )  # one token is kept, so there is place for one span
    assert corrupted_counts(10, density=0.001) == (1, 1)
    assert corrupted_counts(20, density=0.5, mean_span=1) == (10, 10)
    for length in range(2, 300):
        for density in (0.01, 0.15, 0.5, 0.9):
            for mean in (1, 3.0, 50):
                noise, spans = corrupted_counts(length, density, mean)
                assert 1 <= noise <= length - 1 and 1 <= spans <= min(noise, length - noise)


@pytest.mark.parametrize("seed", SEEDS)
def test_span_corruption_loses_nothing_and_orders_its_sentinels(seed):
    rng = np.random.default_rng(seed)
    words = [f"w{i}" for i in range(rng.integers(2, 200))]
    density, mean = rng.uniform(0.01, 0.95), rng.uniform(1, 6)
    source, target = span_corruption(words, rng, density, mean)
    assert restored(source, target) == words
    noise, count = corrupted_counts(len(words), density, mean)
    assert [t for t in source if t.startswith("<")] == [extra_id(i) for i in range(count)]
    assert [t for t in target if t.startswith("<")] == [
        extra_id(i) for i in range(count + 1)
    ] and target[-1] == extra_id(count)
    for tokens in (source, target):
        assert not any(a.startswith("<") and b.startswith("<") for a, b in zip(tokens, tokens[1:]))
    assert source[0] == "w0" and source[-1] == extra_id(count - 1)  # kept text first, noise last
    assert len(target) - count - 1 == noise == len(words) - (len(source) - count)


@pytest.mark.parametrize(
    "length, share, mean", [(1000, 0.15, 3.0), (512, 77 / 512, 77 / 26), (13, 2 / 13, 2.0)]
)
def test_share_and_mean_span_of_span_corruption(length, share, mean):
    for seed in SEEDS:
        sizes = [size for _, size in corrupted_spans(length, np.random.default_rng(seed))]
        assert sum(sizes) / length == pytest.approx(share) and np.mean(sizes) == pytest.approx(mean)


def test_every_segmentation_is_equally_likely():
    draws = 6000  # 9 tokens, 4 of them noise in 2 spans: 3 * 4 cuts
    found = collections.Counter(
        tuple(corrupted_spans(9, np.random.default_rng(seed), 4 / 9, 2.0)) for seed in range(draws)
    )
    assert len(found) == 12
    assert all(abs(count - draws / 12) < 5 * (draws / 12) ** 0.5 for count in found.values())


@pytest.mark.parametrize("seed", SEEDS)
def test_infilling_covers_its_share_and_keeps_the_rest(seed):
    rng = np.random.default_rng(seed)
    words = [f"w{i}" for i in range(rng.integers(1, 200))]
    spans = infilled_spans(len(words), rng)
    assert sum(size for _, size in spans) == np.ceil(round(0.3 * len(words), 6))
    ends = [start + size for start, size in spans]
    assert (
        all(end <= start for end, (start, _) in zip(ends, spans[1:]))
        and 0 <= spans[0][0]
        and ends[-1] <= len(words)
    )
    source = infill(words, spans)
    assert source.count("<mask>") == len(spans)
    hidden = iter(words[start : start + size] for start, size in spans)
    assert [
        word for token in source for word in (next(hidden) if token == "<mask>" else [token])
    ] == words


def test_lengths_of_masked_spans_are_poisson():
    sizes = np.concatenate(
        [[size for _, size in infilled_spans(2000, np.random.default_rng(seed))] for seed in SEEDS]
    )
    shares = np.bincount(sizes)[:8] / len(sizes)
    poisson = [np.exp(-3) * 3.0**k / np.prod(range(1, k + 1)) for k in range(8)]
    np.testing.assert_allclose(shares, poisson, atol=0.006)  # 40,000 spans; an empty one in twenty
    assert abs(sizes.mean() - 3) < 0.05


def test_masks_lean_to_no_side():
    covered = np.zeros(100)
    for seed in range(4000):
        for start, size in infilled_spans(100, np.random.default_rng(seed)):
            covered[start : start + size] += 1 / 4000
    np.testing.assert_allclose(covered, covered[::-1], atol=0.06)
    np.testing.assert_allclose(
        covered[5:-5], 0.3, atol=0.06
    )  # fewer spans reach the tokens at the ends


def test_a_short_text_may_be_all_mask():
    assert text_infilling(["a"], np.random.default_rng(0))[-1] == "<mask>"
    assert text_infilling([], np.random.default_rng(0)) == []


def test_sentence_permutation():
    sentences = [["a", "."], ["b", "!"], ["c", "?"]]
    found = {
        tuple(s[0] for s in sentence_permutation(sentences, np.random.default_rng(seed)))
        for seed in range(60)
    }
    assert len(found) == 6 and all(sorted(order) == ["a", "b", "c"] for order in found)
    assert sentence_permutation([], np.random.default_rng(0)) == []


@pytest.mark.parametrize("function", [span_corruption, text_infilling, sentence_permutation])
def test_a_function_of_the_seed(function):
    made = [function(list(range(100)), np.random.default_rng(seed)) for seed in (0, 0, 1)]
    assert made[0] == made[1] != made[2]


@pytest.mark.parametrize("function, name", [(span_corruption, "density"), (text_infilling, "rate")])
def test_mistakes_are_named(function, name):
    rng = np.random.default_rng(0)
    for value in (-0.1, 1, 0.0, "x", None, True):
        with pytest.raises(ZooError, match=name):
            function(PARTY, rng, **{name: value})
    for value in (0.5, 0, "x", float("inf"), float("nan"), True):
        with pytest.raises(ZooError, match="mean_span must be a number from 1"):
            function(PARTY, rng, mean_span=value)
