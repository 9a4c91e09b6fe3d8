"""Noise for pre-training: span corruption, text infilling and sentence permutation.

Raffel et al.: "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer",
2020, section 3.1.4, https://arxiv.org/abs/1910.10683: span corruption, with the counts and the
random segmentation of the released code (`random_spans_noise_mask`). Lewis et al.: "BART: Denoising
Sequence-to-Sequence Pre-training for Natural Language Generation, Translation, and Comprehension",
2020, section 2.2, https://arxiv.org/abs/1910.13461: text infilling and sentence permutation.

Choosing the spans (`corrupted_spans`, `infilled_spans`) is random; applying them (`corrupt`,
`infill`) is not. Spans are pairs (start, length) in the order of the text, and do not overlap.
Tokens are str or int, and n is their number.

Where we differ: a target of span corruption ends in one more sentinel, as in the paper's figure 2.
The released code, whose last token is always noise, has no sentinel there. Spans of text infilling
never overlap, so that they cover their share of the tokens exactly. The released code (fairseq)
draws the starts first and merges spans that run into each other.
"""

import math

import numpy as np

from zoo.errors import ZooError, check_fraction

SENTINELS = 100  # number of sentinels in T5's vocabulary
MASK = "<mask>"


def extra_id(index):
    """The name of the sentinel at `index`, counted from 0, in T5's vocabulary."""
    return f"<extra_id_{index}>"


def span_corruption(tokens, rng, density=0.15, mean_span=3.0, sentinel=extra_id):
    """T5's objective: sentinels replace spans in the source, and the target holds the spans.

    Args:
        tokens: sequence of str or int.
        rng: `numpy.random.Generator`.
        density: float, share of the tokens to take out.
        mean_span: float, mean length of a span, in tokens.
        sentinel: function from a span's index, counted from 0, to its sentinel token.

    Returns:
        Source and target, lists of tokens, as `corrupt` makes them. A single token is kept.

    Raises:
        ZooError: `density` is not between 0 and 1, or `mean_span` is below 1.

    Example:
        >>> span_corruption("a b c d e f".split(), np.random.default_rng(0))
        (['a', 'b', 'c', 'd', 'e', '<extra_id_0>'], ['<extra_id_0>', 'f', '<extra_id_1>'])
    """
    return corrupt(tokens, corrupted_spans(len(tokens), rng, density, mean_span), sentinel)


def corrupt(tokens, spans, sentinel=extra_id):
    """Takes spans out of a text.

    Args:
        tokens: sequence of str or int.
        spans: list of (start, length).
        sentinel: function from a span's index, counted from 0, to its sentinel token.

    Returns:
        Two lists. Source: the tokens with a sentinel in place of each span. Target: each sentinel
        followed by its span, with one more sentinel at the end.
    """
    target = []
    for index, (start, length) in enumerate(spans):
        target += [sentinel(index), *tokens[start : start + length]]
    return _replace(tokens, spans, [sentinel(i) for i in range(len(spans))]), [
        *target,
        sentinel(len(spans)),
    ]


def corrupted_spans(length, rng, density=0.15, mean_span=3.0):
    """Draws spans for `corrupt`.

    Kept text and spans alternate. Kept text comes first, a span comes last, and none is empty.
    Arguments and errors are those of `span_corruption`; `length` is the number of tokens.

    Returns:
        List of (start, length); empty below two tokens.
    """
    noise, count = corrupted_counts(length, density, mean_span)
    kept, dropped = _segments(length - noise, count, rng), _segments(noise, count, rng)
    ends = np.cumsum(kept + dropped)
    return [(int(end - size), int(size)) for end, size in zip(ends, dropped)]


def corrupted_counts(length, density=0.15, mean_span=3.0):
    """The number of tokens to take out of `length`, and the number of spans: two int.

    Noise is round(n density) within [1, n - 1]. Spans are round(noise / mean_span), at least 1 and
    at most one per kept token. Halves round to the even number, as in the released code. Raises
    what `span_corruption` raises.
    """
    _check(mean_span, density=density)
    if length < 2:
        return 0, 0
    noise = min(max(round(length * density), 1), length - 1)
    return noise, min(max(round(noise / mean_span), 1), length - noise)


def text_infilling(tokens, rng, rate=0.3, mean_span=3.0, mask=MASK):
    """BART's objective: one mask replaces each span, and the target is the whole text.

    Args:
        tokens: sequence of str or int.
        rng: `numpy.random.Generator`.
        rate: float, share of the tokens that the spans cover.
        mean_span: float, mean of the spans' lengths in tokens, which are Poisson-distributed.
        mask: the token that stands for a span.

    Returns:
        The source, a list of tokens.

    Raises:
        ZooError: `rate` is not between 0 and 1, or `mean_span` is below 1.
    """
    return infill(tokens, infilled_spans(len(tokens), rng, rate, mean_span), mask)


def infill(tokens, spans, mask=MASK):
    """Replaces each span (start, length) by one mask; an empty span inserts a mask."""
    return _replace(tokens, spans, [mask] * len(spans))


def infilled_spans(length, rng, rate=0.3, mean_span=3.0):
    """Draws spans for `infill`, with lengths from Poisson(`mean_span`).

    Lengths are drawn until they cover n rate tokens, rounded up. The last one is cut to fit, as in
    the released code (fairseq). All orders and places are equally likely. Arguments and errors are
    those of `text_infilling`; `length` is the number of tokens.

    Returns:
        List of (start, length); some lengths are 0.
    """
    _check(mean_span, rate=rate)
    if not length:
        return []
    left = math.ceil(length * rate - 1e-9)  # a product of floats may be slightly too large
    sizes = []
    kept = length - left
    while left:
        sizes.append(min(int(rng.poisson(mean_span)), left))
        left -= sizes[-1]
    # Where the spans stand in the sequence of kept tokens and spans.
    places = np.sort(rng.permutation(kept + len(sizes))[: len(sizes)])
    sizes = rng.permutation(sizes).astype(int)
    kept_before = places - np.arange(len(sizes))
    starts = kept_before + np.cumsum(sizes) - sizes
    return [(int(start), int(size)) for start, size in zip(starts, sizes)]


def sentence_permutation(sentences, rng):
    """The sentences, which may be any objects, in a random order: list."""
    return [sentences[i] for i in rng.permutation(len(sentences))]


def _replace(tokens, spans, markers):
    """The tokens with each span replaced by its marker."""
    replaced = []
    at = 0
    for (start, length), marker in zip(spans, markers):
        replaced += [*tokens[at:start], marker]
        at = start + length
    return replaced + [*tokens[at:]]


def _segments(items, count, rng):
    """Lengths [count] of a random cut of `items` items into segments that are not empty.

    All cuts are equally likely.
    """
    if not count:
        return np.zeros(0, int)
    cuts = np.sort(rng.permutation(items - 1)[: count - 1]) + 1
    return np.diff([0, *cuts, items])


def _check(mean_span, **share):
    check_fraction(**share)
    for name, value in share.items():
        if not value:
            raise ZooError(f"{name} must be above 0, got {value!r}")
    if (
        isinstance(mean_span, bool)
        or not isinstance(mean_span, (int, float))
        or not 1 <= mean_span < float("inf")
    ):
        raise ZooError(f"mean_span must be a number from 1, got {mean_span!r}")
