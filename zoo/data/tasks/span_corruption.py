"""T5's pre-training on plain text: the source lacks some spans, and the target is these spans.

Raffel et al.: "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer",
2020, section 3.1.4, https://arxiv.org/abs/1910.10683. The sentinels have their names in T5's
vocabulary, so that a public checkpoint's tokenizer reads the same text. As in the released code,
documents are joined before they are cut (`join`). The paper draws new spans each time it sees a
text; here `draws` says how many times in all.
"""

from zoo.data.documents import denoising_task
from zoo.data.noise import SENTINELS, corrupted_counts, extra_id
from zoo.data.noise import span_corruption as corrupted
from zoo.errors import ZooError, check_positive
from zoo.registry import register_task

METRICS = ("token_error_rate", "exact_match", "perplexity")


@register_task(
    "span_corruption",
    title="Text with spans taken out to these spans",
    source="Multi30k, English, or your own text file (path=FILE)",
    licence="none stated with Multi30k; else the file's own",
    metrics=METRICS,
    baseline="frequent",
)
def span_corruption(
    path="",
    density=0.15,
    mean_span=3.0,
    join=True,
    max_length=64,
    vocabulary=8000,
    draws=1,
    seed=0,
    train_limit=None,
    validation_limit=None,
    test_limit=None,
    sha256: str | None = None,
):
    """Documents in which sentinels <extra_id_0>, <extra_id_1>, ... replace spans, to the spans.

    Args:
        path: str, a UTF-8 text file with one document per line, gzipped if it ends in ".gz". The
            hash of each document's text splits it into 90 % train, 5 % validation and 5 % test. ""
            is the English side of Multi30k with its own splits, which is downloaded if it is not in
            the folder ZOO_DATA (by default ~/.cache/zoo); "multi30k:en+de" is both sides.
        density: float, share of the words to take out.
        mean_span: float, mean number of words in a span.
        join: bool, whether to join consecutive documents into pieces that hold them whole. A piece
            of a few words has one span, at its end.
        max_length: int, most words of a piece; longer documents are cut. The paper has 512 tokens.
        vocabulary: int, how many of the most frequent words are known to a model, besides the
            sentinels.
        draws: int, corruptions of each training document; other documents have one.
        seed: int, not negative. The spans are a function of seed, text and draw.
        train_limit, validation_limit, test_limit: int or None, take the first documents of the
            split only. The vocabulary is always that of the whole train split.
        sha256: digest of a file of your own. A file with another digest is refused; a run keeps it.

    Returns:
        `Task` with splits "train", "validation" and "test". Both sides have one tokenizer.

    Raises:
        ZooError: a value out of range, a file that cannot be read or downloaded, or a `max_length`
            that needs more than T5's 100 sentinels.
    """
    options = dict(
        path=path,
        density=density,
        mean_span=mean_span,
        join=join,
        max_length=max_length,
        vocabulary=vocabulary,
        draws=draws,
        seed=seed,
        train_limit=train_limit,
        validation_limit=validation_limit,
        test_limit=test_limit,
        sha256=sha256,
    )
    check_positive(max_length=max_length, vocabulary=vocabulary, draws=draws)
    count = corrupted_counts(max_length, density, mean_span)[1] + 1  # one closes the target
    if count > SENTINELS:
        raise ZooError(
            f"pieces of {max_length} words take {count} sentinels, and T5 has {SENTINELS}; "
            "lower max_length"
        )
    sentinels = [extra_id(index) for index in range(count)]

    def noise(words, rng):
        return corrupted(words, rng, density, mean_span)

    return denoising_task("span_corruption", options, sentinels, noise, METRICS)
