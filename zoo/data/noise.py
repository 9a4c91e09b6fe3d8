"""Noise for pre-training: what is taken out of a text, and what the model is to give back.

Raffel et al.: "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer", 2020, section 3.1.4,
https://arxiv.org/abs/1910.10683: span corruption, with the counts and the random segmentation of the released code
(`random_spans_noise_mask`). Lewis et al.: "BART: Denoising Sequence-to-Sequence Pre-training for Natural Language
Generation, Translation, and Comprehension", 2020, section 2.2, https://arxiv.org/abs/1910.13461: text infilling and sentence
permutation.

Choosing the spans (`corrupted_spans`, `infilled_spans`) is random, putting them to use (`corrupt`, `infill`) is not. Spans are
pairs (start, length) in the order of the text, and none overlap. Tokens are str or int, and n is their number.

Where we differ: a target of span corruption ends in one more sentinel, as in the paper's figure 2; the released code, whose
last token is always noise, has none there. Spans of text infilling never overlap, so that they cover their share of the
tokens exactly; in the released code (fairseq) the starts are drawn first and spans that run into each other merge.
"""

import math

import numpy as np

from zoo.errors import ZooError, check_fraction

SENTINELS = 100  # of T5's vocabulary
MASK = "<mask>"


def extra_id(index):
    """The name of the sentinel at `index`, counted from 0, in T5's vocabulary."""
    return f"<extra_id_{index}>"


def span_corruption(tokens, rng, density=0.15, mean_span=3.0, sentinel=extra_id):
    """T5's objective: spans are replaced by sentinels in the source, and the target holds what they stand for.

    Args:
        tokens: sequence of str or int.
        rng: `numpy.random.Generator`.
        density: float, share of the tokens that is taken out.
        mean_span: float, mean length of a span, in tokens.
        sentinel: function of a span's index, from 0, to its sentinel token.

    Returns:
        Source and target, lists of tokens, as `corrupt` makes them. A single token is left as it is.

    Raises:
        ZooError: `density` is not between 0 and 1, or `mean_span` is below 1.

    Example:
        >>> span_corruption("a b c d e f".split(), np.random.default_rng(0))
        (['a', 'b', 'c', 'd', 'e', '<extra_id_0>'], ['<extra_id_0>', 'f', '<extra_id_1>'])
    """
    return corrupt(tokens, corrupted_spans(len(tokens), rng, density, mean_span), sentinel)


def corrupt(tokens, spans, sentinel=extra_id):
    """The pair (kept tokens with a sentinel a span, sentinel and span in turn with a last sentinel), two lists.

    Args:
        tokens: sequence of str or int.
        spans: list of (start, length).
        sentinel: function of a span's index, from 0, to its sentinel token.
    """
    target = []
    for index, (start, length) in enumerate(spans):
        target += [sentinel(index), *tokens[start : start + length]]
    return _replace(tokens, spans, [sentinel(i) for i in range(len(spans))]), [
        *target,
        sentinel(len(spans)),
    ]


def corrupted_spans(length, rng, density=0.15, mean_span=3.0):
    """Random spans for `corrupt`: pieces of kept text and spans in turn, kept text first and a span last, none empty.

    Args, raises: as `span_corruption`, with the number of tokens for `length`.

    Returns:
        List of (start, length); empty below two tokens.
    """
    noise, count = corrupted_counts(length, density, mean_span)
    kept, dropped = _segments(length - noise, count, rng), _segments(noise, count, rng)
    ends = np.cumsum(kept + dropped)
    return [(int(end - size), int(size)) for end, size in zip(ends, dropped)]


def corrupted_counts(length, density=0.15, mean_span=3.0):
    """How many of `length` tokens are taken out, and in how many spans: a pair of int. Raises as `span_corruption`.

    Noise is round(n density) within [1, n - 1]; spans are round(noise / mean_span), at least 1, and no more than there is
    kept text to stand between them. Halves go to the even number, as in the released code.
    """
    _check(mean_span, density=density)
    if length < 2:
        return 0, 0
    noise = min(max(round(length * density), 1), length - 1)
    return noise, min(max(round(noise / mean_span), 1), length - noise)


def text_infilling(tokens, rng, rate=0.3, mean_span=3.0, mask=MASK):
    """BART's objective: spans, some of them empty, are each replaced by one mask; the target is the whole text.

    Args:
        tokens: sequence of str or int.
        rng: `numpy.random.Generator`.
        rate: float, share of the tokens that the spans cover.
        mean_span: float, mean of the Poisson distribution of the spans' lengths, in tokens.
        mask: the token that stands for a span.

    Returns:
        The source, a list of tokens.

    Raises:
        ZooError: `rate` is not between 0 and 1, or `mean_span` is below 1.
    """
    return infill(tokens, infilled_spans(len(tokens), rng, rate, mean_span), mask)


def infill(tokens, spans, mask=MASK):
    """The source of text infilling: every span, (start, length), becomes one mask, and an empty one inserts a mask."""
    return _replace(tokens, spans, [mask] * len(spans))


def infilled_spans(length, rng, rate=0.3, mean_span=3.0):
    """Random spans for `infill`: lengths from Poisson(`mean_span`), in every order and place equally likely.

    Lengths are drawn until they cover n rate tokens, rounded up; the last one is cut to fit, as in the released code (fairseq).

    Args, raises: as `text_infilling`, with the number of tokens for `length`.

    Returns:
        List of (start, length); some lengths are 0.
    """
    _check(mean_span, rate=rate)
    if not length:
        return []
    left, sizes = (
        math.ceil(length * rate - 1e-9),
        [],
    )  # less what a product of floats may have too much
    kept = length - left
    while left:
        sizes.append(min(int(rng.poisson(mean_span)), left))
        left -= sizes[-1]
    places = np.sort(
        rng.permutation(kept + len(sizes))[: len(sizes)]
    )  # of the spans among the kept tokens and themselves
    sizes = rng.permutation(sizes).astype(int)
    starts = (
        places - np.arange(len(sizes)) + np.cumsum(sizes) - sizes
    )  # kept tokens before, and spans before
    return [(int(start), int(size)) for start, size in zip(starts, sizes)]


def sentence_permutation(sentences, rng):
    """The sentences, any objects, in a random order: a list."""
    return [sentences[i] for i in rng.permutation(len(sentences))]


def _replace(tokens, spans, markers):
    """The tokens with each span replaced by its marker."""
    replaced, at = [], 0
    for (start, length), marker in zip(spans, markers):
        replaced += [*tokens[at:start], marker]
        at = start + length
    return replaced + [*tokens[at:]]


def _segments(items, count, rng):
    """Lengths [count] of a random cut of `items` items into non-empty segments, every cut equally likely."""
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
