"""E-mails to their subject lines: AESLC (Zhang and Tetreault 2019), from the mail of Enron.

Subject lines are short, so that most of an e-mail has to be left out. The split is the authors'. In
validation and test, three people wrote a subject line each besides that of the sender; papers are
compared on the sender's.
"""

import re

from zoo.data.archive import archive_files
from zoo.data.download import download
from zoo.data.task import Example, Task, all_texts, limited
from zoo.data.tokenizers import PieceTokenizer
from zoo.errors import ZooError, check_choice, check_positive
from zoo.registry import register_task
from zoo.registry.overrides import application

METRICS = ("rouge_1", "rouge_2", "rouge_l", "perplexity")
COMMIT = "7afc087a1cc234d07121f0d4a2d87102ddceabc2"
ORIGIN = f"https://github.com/ryanzhumich/AESLC/archive/{COMMIT}.tar.gz"
CONTENTS = "6b619c26ede19bc6025380f3448ead8f78e3648c186c6e70507ac5fab9031cc5"
FOLDERS = {"train": "train", "validation": "dev", "test": "test"}
FILE = re.compile(r"enron_subject_line/(train|dev|test)/[^/]+\.subject")
PART = re.compile(r"\n@(?:subject|ann\d)\n")
LONGEST_WORD = 30  # characters; lines of hyphens and most addresses of pages are left out
WRITERS = ("sender", "all")
TARGETS = ("subject", "sentence")
LONGEST_SENTENCE = 20  # words
PAPER = "https://aclanthology.org/P19-1043"


@register_task(
    "emails",
    title="E-mails to subject lines",
    source="AESLC (Zhang and Tetreault 2019)",
    licence="CC BY-NC-SA 4.0: not for commercial use",
    metrics=METRICS,
    # The best of results/applications.
    families={
        "pointer_generator": application(
            {"dropout": 0.2}, learning_rate=0.01, tokens=512, buckets=3, steps=10018
        )
    },
    baseline="first_sentence",
    recipe={"tokens": 1024},
    published=[
        (f"Extractor and abstractor (Zhang and Tetreault 2019), {name}", f"{name} {value}", PAPER)
        for name, value in (("ROUGE-1", "23.67"), ("ROUGE-2", "10.29"), ("ROUGE-L", "23.44"))
    ],
)
def emails(
    words=200,
    writers="sender",
    pieces=8000,
    kind="bpe",
    target="subject",
    train_limit: int | None = None,
    validation_limit: int | None = None,
    test_limit: int | None = None,
):
    """The text of an e-mail to its subject line, in pieces of words that both share.

    Args:
        words: int, the first words of an e-mail that are read. Nine of ten e-mails have fewer than
            the default and a fifth more, 240.
        writers: "sender", whose subject line is the only reference; or "all", which adds those of
            three readers in validation and test.
        pieces: int, size of the vocabulary, learnt from both sides of the whole train split.
        kind: "bpe" or "unigram".
        target: "subject"; or "sentence", the first one of the e-mail, up to 20 words, by which a
            model can learn to find what it reads before it learns what to leave out.
        train_limit, validation_limit, test_limit: int or None, take the first e-mails of the split
            only, in the order of their names.

    Returns:
        `Task` with splits "train" (14,436 e-mails), "validation" (1,960) and "test" (1,906).

    Raises:
        ZooError: a value out of range, or data that cannot be downloaded or read.
    """
    check_choice(WRITERS, writers=writers)
    check_choice(TARGETS, target=target)
    check_positive(words=words)
    limits = (train_limit, validation_limit, test_limit)
    limited({}, *limits)  # before anything is read
    splits: dict = {split: [] for split in FOLDERS}
    folders = {folder: split for split, folder in FOLDERS.items()}
    files = archive_files(download("aeslc/AESLC.tar.gz", ORIGIN), ORIGIN, CONTENTS)
    for name in sorted(files):
        if found := FILE.fullmatch(name):
            splits[folders[found[1]]].append(read(name, files[name], words, writers))
    tokenizer = PieceTokenizer.from_texts(all_texts(splits["train"]), pieces, kind)
    options = dict(
        words=words,
        writers=writers,
        pieces=pieces,
        kind=kind,
        train_limit=train_limit,
        validation_limit=validation_limit,
        test_limit=test_limit,
    )
    if target == "sentence":  # else not stored, so older runs can be resumed
        options["target"] = target
        splits = {split: list(map(with_sentence, found)) for split, found in splits.items()}
    return Task(
        "emails",
        options,
        limited(splits, *limits),
        tokenizer,
        tokenizer,
        METRICS,
    )


def with_sentence(example):
    """The example whose reference is the first sentence of its source."""
    sentence = example.source.partition(". ")[0] or example.source
    return Example(example.source, (" ".join(sentence.split()[:LONGEST_SENTENCE]),))


def read(name, data, words, writers):
    """The example of a file. Raises `ZooError` if it is not an e-mail with its subject lines."""
    try:
        body, *subjects = PART.split(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ZooError(f"{name} is not UTF-8 text: {error.reason}") from None
    text = " ".join([word for word in body.split() if len(word) <= LONGEST_WORD][:words])
    lines = tuple(dict.fromkeys(line for line in (" ".join(x.split()) for x in subjects) if line))
    if not text or not lines:
        raise ZooError(f"{name} is not an e-mail with a line '@subject' and a subject line")
    return Example(text, lines if writers == "all" else lines[:1])
