"""T5's pre-training on plain text: the source has spans taken out, the target is these spans.

Raffel et al.: "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer", 2020, section 3.1.4,
https://arxiv.org/abs/1910.10683. The sentinels have their names in T5's vocabulary, so that a public checkpoint's tokenizer
reads the same text. As in the released code, documents are joined before they are cut (`join`). The paper draws the spans anew
each time a text is seen; here `draws` sets how many times in all.
"""

from zoo.data.documents import noised, read_pieces, word_tokenizer
from zoo.data.noise import SENTINELS, corrupted_counts, extra_id
from zoo.data.noise import span_corruption as corrupted
from zoo.data.task import Task
from zoo.errors import ZooError, check_positive
from zoo.registry import register_task

METRICS = ("token_error_rate", "exact_match", "perplexity")


@register_task(
    "span_corruption",
    title="Text with spans taken out to these spans",
    source="Multi30k, English, or a text file of one's own (path=FILE)",
    licence="none stated with Multi30k; else the file's own",
    metrics=METRICS,
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
):
    """Documents with spans replaced by <extra_id_0>, <extra_id_1>, ..., to the spans between the same sentinels.

    Args:
        path: str, a UTF-8 text file with one document a line, gzipped if it ends in ".gz", split by the hash of each
            document's text into 90 % train, 5 % validation and 5 % test. "" is the English side of Multi30k with its own
            splits, in the folder ZOO_DATA, else ~/.cache/zoo, and downloaded where it is not there.
        density: float, share of the words that is taken out.
        mean_span: float, mean number of words in a span.
        join: bool, whether documents that follow each other make one piece as long as it holds them whole. In a piece of
            a few words there is one span, and it stands at the end.
        max_length: int, most words of a piece; longer documents are cut. The paper has 512 tokens.
        vocabulary: int, the most frequent words that are kept, sentinels aside; the rest is unknown to the models.
        draws: int, corruptions of each training document; of the others there is one.
        seed: int, not negative; the spans are a function of it, of the text and of the draw.
        train_limit, validation_limit, test_limit: int or None, take the first documents of the split only. The vocabulary
            stays that of the whole train split.

    Returns:
        `Task` with splits "train", "validation" and "test". Both sides have one tokenizer.

    Raises:
        ZooError: a value out of its range, a file that cannot be read or downloaded, or a `max_length` for which T5's 100
            sentinels do not suffice.
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
    )
    check_positive(max_length=max_length, vocabulary=vocabulary, draws=draws)
    count = (
        corrupted_counts(max_length, density, mean_span)[1] + 1
    )  # and the one that closes the target
    if count > SENTINELS:
        raise ZooError(
            f"pieces of {max_length} words take {count} sentinels and T5 has {SENTINELS}: lower max_length"
        )
    sentinels = [extra_id(index) for index in range(count)]
    limits = {"train": train_limit, "validation": validation_limit, "test": test_limit}
    pieces, counts = read_pieces(path, join, max_length, sentinels, limits)
    tokenizer = word_tokenizer(counts, vocabulary, sentinels)
    splits = noised(
        pieces, lambda words, rng: corrupted(words, rng, density, mean_span), draws, seed
    )
    return Task("span_corruption", options, splits, tokenizer, tokenizer, METRICS)
