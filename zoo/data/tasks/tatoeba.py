"""Short sentences in English and French from Tatoeba: the corpus of most tutorials on seq2seq.

All translations of a sentence are its references. The hash of the source decides the split, so that
no source is in two splits. Tutorials that shuffle the lines get this wrong.
"""

import io
import zipfile

from zoo.data.download import download
from zoo.data.splits import grouped, hash_order, split_of
from zoo.data.task import Task, all_texts, limited
from zoo.data.tokenizers import PieceTokenizer
from zoo.errors import ZooError, check_choice
from zoo.registry import register_task

METRICS = ("bleu", "chrf", "perplexity")
ORIGIN = (
    "https://raw.githubusercontent.com/genimind/seq2seq/4f3f8eb0adde54fcc8b89394336b002e7961244c/"
    "fra-eng.zip"
)
DIGEST = "16c4f7d0df9e7c5e6c54cdb0447f3f4a18a55052ff5e2e0b27dd4a06c0e49d04"


@register_task(
    "tatoeba",
    title="Short sentences in English and French",
    metrics=METRICS,
    baseline="dictionary",
    licence="CC BY 2.0 (tatoeba.org)",
    source="Tatoeba, the selection of manythings.org/anki of 2017-09-29",
)
def tatoeba(
    source="en", pieces=8000, kind="bpe", train_limit=None, validation_limit=None, test_limit=None
):
    """Sentences in one language to the other, in pieces of words that both share.

    Args:
        source: "en" or "fr"; the target is the other one.
        pieces: int, size of the vocabulary, learnt from both sides of the whole train split.
        kind: "bpe" or "unigram".
        train_limit, validation_limit, test_limit: int or None, take the first sentences of the
            split only. Splits are in the order of the sources' hashes, so that these are a fair
            sample.

    Returns:
        `Task` with splits "train" (90 % of the sources), "validation" (5 %) and "test" (5 %).

    Raises:
        ZooError: a value out of range, or data that cannot be downloaded.
    """
    check_choice(("en", "fr"), source=source)
    pairs = [
        pair if source == "en" else pair[::-1]
        for pair in read(download("tatoeba/fra-eng.2017.zip", ORIGIN, DIGEST))
    ]
    examples = {example.source: example for example in grouped(pairs)}
    splits = {"train": [], "validation": [], "test": []}
    for text in hash_order(examples):
        splits[split_of(text)].append(examples[text])
    tokenizer = PieceTokenizer.from_texts(all_texts(splits["train"]), pieces, kind)
    return Task(
        "tatoeba",
        dict(
            source=source,
            pieces=pieces,
            kind=kind,
            train_limit=train_limit,
            validation_limit=validation_limit,
            test_limit=test_limit,
        ),
        limited(splits, train_limit, validation_limit, test_limit),
        tokenizer,
        tokenizer,
        METRICS,
    )


def read(path):
    """Yields (English, French) of each line.

    Raises:
        ZooError: the file is not such an archive, or a line is not a pair.
    """
    try:
        with zipfile.ZipFile(path) as archive, archive.open("fra.txt") as file:
            for number, line in enumerate(
                io.TextIOWrapper(file, encoding="utf-8", newline="\n"), 1
            ):
                pair = tuple(text.strip() for text in line.split("\t"))
                if len(pair) != 2 or not all(pair):
                    raise ZooError(
                        f"{path}, fra.txt, line {number}: not two texts with a tab between them"
                    )
                yield pair
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError) as error:
        raise ZooError(f"{path} is not a zip file with a UTF-8 text fra.txt: {error}") from None
