"""BART's pre-training on plain text: the source has spans masked and its sentences in disorder, the target is the text.

Lewis et al.: "BART: Denoising Sequence-to-Sequence Pre-training for Natural Language Generation, Translation, and
Comprehension", 2020, section 2.2, https://arxiv.org/abs/1910.13461. The mask has its name in BART's vocabulary, so that a
public checkpoint's tokenizer reads the same text. The paper draws the noise anew each time a text is seen; here `draws` sets
how many times in all.
"""

from zoo.data.documents import noised, read_pieces, word_tokenizer
from zoo.data.noise import MASK, infilled_spans, sentence_permutation
from zoo.data.noise import text_infilling as infilled
from zoo.data.task import Task
from zoo.errors import ZooError
from zoo.registry import register_task

METRICS = ("token_error_rate", "chrf", "perplexity")
ENDS = (".", "!", "?")


@register_task(
    "text_infilling",
    title="Masked text in disorder to the text",
    source="Multi30k, English, or a text file of one's own (path=FILE)",
    licence="none stated with Multi30k; else the file's own",
    metrics=METRICS,
)
def text_infilling(
    path="",
    rate=0.3,
    mean_span=3.0,
    permute=True,
    join=True,
    max_length=64,
    vocabulary=8000,
    draws=1,
    seed=0,
    train_limit=None,
    validation_limit=None,
    test_limit=None,
):
    """Documents with permuted sentences and spans replaced by <mask>, to the documents.

    Args:
        path: str, a UTF-8 text file with one document a line, gzipped if it ends in ".gz", split by the hash of each
            document's text into 90 % train, 5 % validation and 5 % test. "" is the English side of Multi30k with its own
            splits, in the folder ZOO_DATA, else ~/.cache/zoo, and downloaded where it is not there.
        rate: float, share of the words that is masked.
        mean_span: float, mean of the Poisson distribution of the spans' lengths, in words.
        permute: bool, whether sentences, which end at "." "!" "?", are put in a random order before.
        join: bool, whether documents that follow each other make one piece as long as it holds them whole. A document
            of one sentence has nothing to permute.
        max_length: int, most words of a piece; longer documents are cut. The paper has 512 tokens.
        vocabulary: int, the most frequent words that are kept, the mask aside; the rest is unknown to the models.
        draws: int, corruptions of each training document; of the others there is one.
        seed: int, not negative; the noise is a function of it, of the text and of the draw.
        train_limit, validation_limit, test_limit: int or None, take the first documents of the split only. The vocabulary
            stays that of the whole train split.

    Returns:
        `Task` with splits "train", "validation" and "test". Both sides have one tokenizer.

    Raises:
        ZooError: a value out of its range, or a file that cannot be read or downloaded.
    """
    options = dict(
        path=path,
        rate=rate,
        mean_span=mean_span,
        permute=permute,
        join=join,
        max_length=max_length,
        vocabulary=vocabulary,
        draws=draws,
        seed=seed,
        train_limit=train_limit,
        validation_limit=validation_limit,
        test_limit=test_limit,
    )
    if not isinstance(permute, bool):
        raise ZooError(f"permute must be true or false, got {permute!r}")
    infilled_spans(
        0, None, rate, mean_span
    )  # tells of a value out of range before anything is read
    limits = {"train": train_limit, "validation": validation_limit, "test": test_limit}
    pieces, counts = read_pieces(path, join, max_length, [MASK], limits)
    tokenizer = word_tokenizer(counts, vocabulary, [MASK])

    def noise(words, rng):
        source = (
            [word for sentence in sentence_permutation(sentences(words), rng) for word in sentence]
            if permute
            else words
        )
        return infilled(source, rng, rate, mean_span), words

    return Task(
        "text_infilling", options, noised(pieces, noise, draws, seed), tokenizer, tokenizer, METRICS
    )


def sentences(words):
    """The words cut after every run of sentence ends: list of lists."""
    found = [[]]
    for word, following in zip(words, [*words[1:], None]):
        found[-1].append(word)
        if word in ENDS and following not in ENDS and following is not None:
            found.append([])
    return found
