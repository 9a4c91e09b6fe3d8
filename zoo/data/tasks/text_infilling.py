"""BART's pre-training on plain text: the source is masked and in disorder, the target is the text.

Lewis et al.: "BART: Denoising Sequence-to-Sequence Pre-training for Natural Language Generation,
Translation, and Comprehension", 2020, section 2.2, https://arxiv.org/abs/1910.13461. The mask has
its name in BART's vocabulary, so that a public checkpoint's tokenizer reads the same text. The
paper draws new noise each time it sees a text; here `draws` says how many times in all.
"""

from zoo.data.documents import denoising_task
from zoo.data.noise import MASK, infilled_spans, sentence_permutation
from zoo.data.noise import text_infilling as infilled
from zoo.errors import ZooError
from zoo.registry import register_task

METRICS = ("token_error_rate", "chrf", "perplexity")
ENDS = (".", "!", "?")


@register_task(
    "text_infilling",
    title="Masked text in disorder to the text",
    source="Multi30k, English, or your own text file (path=FILE)",
    licence="none stated with Multi30k; else the file's own",
    metrics=METRICS,
    baseline="copy",
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
    sha256: str | None = None,
):
    """Documents with permuted sentences, in which <mask> replaces spans, to the documents.

    Args:
        path: str, a UTF-8 text file with one document per line, gzipped if it ends in ".gz". The
            hash of each document's text splits it into 90 % train, 5 % validation and 5 % test. ""
            is the English side of Multi30k with its own splits, which is downloaded if it is not in
            the folder ZOO_DATA (by default ~/.cache/zoo); "multi30k:en+de" is both sides.
        rate: float, share of the words to mask.
        mean_span: float, mean of the spans' lengths in words, which are Poisson-distributed.
        permute: bool, whether to put sentences, which end at "." "!" "?", in a random order first.
        join: bool, whether to join consecutive documents into pieces that hold them whole. A
            document of one sentence has nothing to permute.
        max_length: int, most words of a piece; longer documents are cut. The paper has 512 tokens.
        vocabulary: int, how many of the most frequent words are known to a model, besides the mask.
        draws: int, corruptions of each training document; other documents have one.
        seed: int, not negative. The noise is a function of seed, text and draw.
        train_limit, validation_limit, test_limit: int or None, take the first documents of the
            split only. The vocabulary is always that of the whole train split.
        sha256: digest of a file of your own. A file with another digest is refused; a run keeps it.

    Returns:
        `Task` with splits "train", "validation" and "test". Both sides have one tokenizer.

    Raises:
        ZooError: a value out of range, or a file that cannot be read or downloaded.
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
        sha256=sha256,
    )
    if not isinstance(permute, bool):
        raise ZooError(f"permute must be true or false, got {permute!r}")
    infilled_spans(0, None, rate, mean_span)  # raises before anything is read

    def noise(words, rng):
        source = words
        if permute:
            permuted = sentence_permutation(sentences(words), rng)
            source = [word for sentence in permuted for word in sentence]
        return infilled(source, rng, rate, mean_span), words

    return denoising_task("text_infilling", options, [MASK], noise, METRICS)


def sentences(words):
    """Cuts words into sentences, after each run of sentence ends: list of lists."""
    found = [[]]
    for word, following in zip(words, [*words[1:], None]):
        found[-1].append(word)
        if word in ENDS and following not in ENDS and following is not None:
            found.append([])
    return found
