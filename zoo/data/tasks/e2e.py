"""Data to text: facts about a restaurant to sentences, the E2E challenge (Novikova et al. 2017).

The challenge's development and test sets are as published. Its train set is read from the files of
Wiseman et al. 2018, which hold every pair in tokens. `untokenised` joins the tokens, so that
outputs look like the references.
"""

import csv
import io
import re
import tarfile

from zoo.data.download import download
from zoo.data.readers.lines import lines
from zoo.data.splits import grouped
from zoo.data.task import Task, limited
from zoo.data.tokenizers import PieceTokenizer
from zoo.errors import ZooError, first_line
from zoo.registry import register_task

METRICS = ("lowercase_bleu", "bleu", "chrf", "perplexity")
ORIGIN = (
    "https://raw.githubusercontent.com/tuetschek/e2e-dataset/"
    "ab0d967dd5729ce455ef14ba9ffafc456a335264/"
)
FILES = {
    "validation": (
        "devset.csv",
        "fc26b78cdb849c80545f513b223d1e051138b43882eeb79e3eb153e689c864f9",
    ),
    "test": (
        "testset_w_refs.csv",
        "edc8db685e39bb9824d5bd70c18b1c9b0412d14b527aa960e2d1c8251ee15ccd",
    ),
}
ALIGNED = (
    "https://raw.githubusercontent.com/harvardnlp/neural-template-gen/"
    "dff72ca246e80fd0eef2ca0b8b1fbf21fe927df4/data/e2e_aligned.tar.gz",
    "078ce181b625464a0a26212b9694bb1e6b1b4a12bd00e9520d5fa8b6a3ce2736",
)
FIELD = re.compile(r"__start_(\w+)__ (.+?) __end_\1__\s*")
JOINED = [
    (re.compile(pattern), made)
    for pattern, made in (
        (r" ([.,!?;:%)])", r"\1"),
        (r"([(£$#]) ", r"\1"),
        (r"(£\d+-) (?=£)", r"\1"),
        (r"n 't\b", "n't"),
        (r" (n't|'(?:s|re|ve|ll|d|m))\b", r"\1"),
        (r'(["\']) ([^"\']+) \1(?!\w)', r"\1\2\1"),
        (r" '(?!\w)", "'"),
        (r"(\w) ([-–/]) (?=\w)", r"\1\2"),
    )
]


@register_task(
    "e2e",
    title="Meaning representations of restaurants to sentences",
    licence="CC BY-SA 4.0",
    metrics=METRICS,
    source="E2E NLG challenge (Novikova et al. 2017)",
    published=[
        (
            "TGen, the challenge's baseline (Dušek et al. 2018)",
            "BLEU 65.93, upper and lower case alike",
            "https://arxiv.org/abs/1810.01170",
        )
    ],
)
def e2e(pieces=1000, kind="bpe", train_limit=None, validation_limit=None, test_limit=None):
    """Representations such as "name[Aromi], area[riverside]" to sentences.

    Both sides share pieces of words.

    Args:
        pieces: int, size of the vocabulary, learnt from both sides of the whole train split.
        kind: "bpe" or "unigram".
        train_limit, validation_limit, test_limit: int or None, take the first representations of
            the split only.

    Returns:
        `Task` with splits "train" (4,862 representations with 40,859 sentences), "validation" (547
        with 4,521) and "test" (630 with 4,577). All distinct sentences of a representation are its
        references.

    Raises:
        ZooError: a value out of range, or data that cannot be downloaded.
    """
    pairs = {"train": read_aligned(download("e2e_nlg/e2e_aligned.tar.gz", *ALIGNED), "train")}
    pairs |= {
        split: read(download(f"e2e_nlg/{file}", ORIGIN + file, digest))
        for split, (file, digest) in FILES.items()
    }
    tokenizer = PieceTokenizer.from_texts(
        (text for pair in pairs["train"] for text in pair), pieces, kind
    )
    return Task(
        "e2e",
        dict(
            pieces=pieces,
            kind=kind,
            train_limit=train_limit,
            validation_limit=validation_limit,
            test_limit=test_limit,
        ),
        limited(
            {split: grouped(found) for split, found in pairs.items()},
            train_limit,
            validation_limit,
            test_limit,
        ),
        tokenizer,
        tokenizer,
        METRICS,
    )


def read(path):
    """The (representation, sentence) pairs of a CSV file with a header.

    Raises:
        ZooError: a row is not such a pair.
    """
    rows = csv.reader(line + "\n" for line in lines(path))
    next(rows, None)
    pairs = [tuple(" ".join(text.split()) for text in row) for row in rows]
    for number, pair in enumerate(pairs, 1):
        if len(pair) != 2 or not all(pair):
            raise ZooError(
                f"{path}, row {number} below the header: not a representation and a sentence"
            )
    return pairs


def read_aligned(path, split):
    """The (representation, sentence) pairs of a split of the archive, joined from their tokens.

    Args:
        path: the archive.
        split: "train" or "valid".

    Raises:
        ZooError: it is not such an archive, its files have different numbers of lines, or a line
            is not a pair.
    """
    try:
        with tarfile.open(path) as archive:
            texts = [
                list(
                    io.TextIOWrapper(
                        archive.extractfile(f"e2e_aligned/{name}.txt"), encoding="utf-8"
                    )
                )
                for name in (f"src_{split}", split)
            ]
    except (tarfile.TarError, KeyError, EOFError, OSError, UnicodeDecodeError) as error:
        raise ZooError(
            f"{path} is not an archive of UTF-8 texts e2e_aligned/*.txt: {first_line(error)}"
        ) from None
    if len(texts[0]) != len(texts[1]):
        raise ZooError(
            f"{path}: {len(texts[0]):,} representations and {len(texts[1]):,} sentences do not "
            "belong together"
        )
    pairs = []
    for number, (fields, tokens) in enumerate(zip(*texts), 1):
        sentence, found, _ = tokens.partition(" <eos>|||")
        if FIELD.sub("", fields) or not found or not sentence:
            raise ZooError(f"{path}, line {number} of {split}: not a representation and a sentence")
        pairs.append((representation(fields), untokenised(sentence)))
    return pairs


def representation(fields):
    """A line's fields as the challenge writes them: "name[Aromi], customer rating[low]"."""
    written = []
    for key, value in FIELD.findall(fields):
        key = key.replace("customerrating", "customer rating")
        value = value.replace("£ ", "£").replace(" - ", "-")
        written.append(f"{key}[{value}]")
    return ", ".join(written)


def untokenised(sentence):
    """Joins the tokens of a sentence of the archive: no blank before a comma, nor in "£20-£25"."""
    for pattern, made in JOINED:
        sentence = pattern.sub(made, sentence)
    return " ".join(sentence.split())
