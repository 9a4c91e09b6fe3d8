"""Ukrainian with its mistakes to correct Ukrainian: UA-GEC (Syvokon and Nahorna 2022).

The corpus comes with the package `ua-gec` (extra `grammar`), whose data are read and whose code is
not. Most of a sentence stays as it is, so that a copy has few wrong words and no edit that is
right. A table of words does better than it looks: most of what it corrects are hyphens that should
be dashes.
"""

import hashlib
import importlib.util
import pathlib

from zoo.data.readers.lines import lines
from zoo.data.splits import validates
from zoo.data.task import Example, Task, all_texts, limited
from zoo.data.tokenizers import PieceTokenizer
from zoo.errors import ZooError, check_choice, check_positive
from zoo.files import checksum
from zoo.registry import register_task
from zoo.registry.overrides import application

METRICS = ("edits_f05", "exact_match", "perplexity")
DIGESTS = {  # SHA-256 of the lines "digest  path" of the files of sentences, sorted by path
    "gec-only": "844334d7c5fc75dc9ba39757a29caf3856ba2a2a16a798bd158fb436aa964fe1",
    "gec-fluency": "d0bfe1f2701825e4185cc60975ba6831b85be2546c7201eb7e916167f08da5fb",
}


@register_task(
    "grammar",
    title="Ukrainian sentences with mistakes to corrected ones",
    source="UA-GEC 2 (Syvokon and Nahorna 2022; PyPI: ua-gec)",
    licence="CC BY 4.0",
    metrics=METRICS,
    # The best of results/applications.
    families={
        "pointer_generator": application(
            {"dropout": 0.2}, learning_rate=0.01, tokens=1024, buckets=3, steps=6084
        )
    },
    baseline="replacements",
    published=[
        (
            "mT5-large, trained on 10 million generated mistakes first (Palma Gomez et al. 2023; "
            "edits of tokens, hidden test set)",
            "F0.5 68.09",
            "https://github.com/unlp-workshop/unlp-2023-shared-task",
        )
    ],
)
def grammar(
    layer="gec-only",
    pieces=8000,
    kind="bpe",
    longest=200,
    train_limit: int | None = None,
    validation_limit: int | None = None,
    test_limit: int | None = None,
):
    """Sentences to their corrections, in pieces of words that both share.

    Args:
        layer: "gec-only" corrects mistakes; "gec-fluency" also what sounds odd.
        pieces: int, size of the vocabulary, learnt from both sides of the whole train split.
        kind: "bpe" or "unigram".
        longest: int, the most tokens of a sentence that trains, and of an output. All sentences of
            validation and test are kept.
        train_limit, validation_limit, test_limit: int or None, take the first sentences of the
            split only, in the order of the documents' numbers.

    Returns:
        `Task` with splits "train", "validation" (5 % of the documents of the original train split,
        by the hash of their numbers) and "test" (two references where two people corrected).

    Raises:
        ZooError: a value out of range, or the package is missing or of another version.
    """
    check_choice(DIGESTS, layer=layer)
    check_positive(longest=longest)
    limits = (train_limit, validation_limit, test_limit)
    limited({}, *limits)  # before anything is read
    folder = corpus_folder() / layer
    check_files(folder, DIGESTS[layer])
    splits: dict = {"train": [], "validation": [], "test": read(folder / "test")}
    for example in read(folder / "train"):
        splits["validation" if validates(example.group) else "train"].append(example)
    tokenizer = PieceTokenizer.from_texts(all_texts(splits["train"]), pieces, kind)
    splits["train"] = [
        x
        for x in splits["train"]
        if max(map(tokenizer.length, (x.source, *x.references))) <= longest
    ]
    return Task(
        "grammar",
        dict(
            layer=layer,
            pieces=pieces,
            kind=kind,
            longest=longest,
            train_limit=train_limit,
            validation_limit=validation_limit,
            test_limit=test_limit,
        ),
        limited(splits, *limits),
        tokenizer,
        tokenizer,
        METRICS,
        max_target_length=longest,
    )


def corpus_folder():
    """The folder of the installed corpus. Raises `ZooError` if it is not installed."""
    found = importlib.util.find_spec("ua_gec")
    if found is None or not found.submodule_search_locations:
        raise ZooError("the corpus is not installed: pip install 'seq2seq-zoo[grammar]'")
    return pathlib.Path(found.submodule_search_locations[0]) / "data"


def check_files(folder, digest):
    """Raises `ZooError` if the files of sentences of a layer are not those expected."""
    files = sorted(
        path.relative_to(folder).as_posix() for path in folder.glob("*/*-sentences/*.txt")
    )
    listed = "".join(f"{checksum(folder / name)}  {name}\n" for name in files)
    if hashlib.sha256(listed.encode()).hexdigest() != digest:
        raise ZooError(
            f"{folder} does not hold the corpus of ua-gec 2.1.3 (its files differ); install that "
            "version again"
        )


def read(folder):
    """The examples of a split's folder, whose groups are the documents.

    Sentences without a letter on either side are left out.

    Raises:
        ZooError: a correction has another number of sentences than its source.
    """
    examples = []
    for source in sorted((folder / "source-sentences").glob("*.src.txt")):
        document = source.name.partition(".")[0]
        sentences = [text.strip() for text in lines(source)]
        corrected = []
        for path in sorted((folder / "target-sentences").glob(f"{document}.a*.txt")):
            corrected.append([text.strip() for text in lines(path)])
            if len(corrected[-1]) != len(sentences):
                raise ZooError(
                    f"{path} has {len(corrected[-1])} sentences, and its source {len(sentences)}"
                )
        for sentence, *texts in zip(sentences, *corrected):
            references = tuple(dict.fromkeys(filter(None, texts)))
            if sentence and references:
                examples.append(Example(sentence, references, document))
    return examples
