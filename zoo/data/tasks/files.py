"""Your own pairs of texts, from files: `zoo train MODEL --data FILE`.

Splits that the data lack are cut from what trains, by the hash of the source, so that no source is in two splits and other data
move none to another split. Pairs that train stay on disk, and memory holds where each begins, so that millions fit.
"""

import hashlib
import itertools
import pathlib

import numpy as np

from zoo.data.inspect_pairs import is_ids
from zoo.data.packed import CHUNK, Packed
from zoo.data.pair_files import HUB, Oddities, open_pairs
from zoo.data.splits import grouped, split_of
from zoo.data.stored_pairs import StoredPairs
from zoo.data.task import Task, limited
from zoo.data.tokenizer_choice import choose_tokenizers
from zoo.data.tokenizers import SymbolTokenizer
from zoo.errors import ZooError, check_positive
from zoo.evaluation.metrics import metric
from zoo.registry import register_task

LEARN_FROM = 200_000  # pairs, evenly spaced, that vocabularies are learnt from


@register_task(
    "files",
    title="Your own pairs of texts: zoo train MODEL --data FILE",
    source="files of one's own",
    metrics=("bleu", "chrf", "perplexity"),
    licence="that of your data",
)
def files(
    data=None,
    columns=None,
    source_tokenizer=None,
    target_tokenizer=None,
    shared=None,
    vocabulary=None,
    longest=256,
    metrics=None,
    sha256=None,
    train_limit=None,
    validation_limit=None,
    test_limit=None,
):
    """Pairs of texts from files of one's own, with tokenizers that fit them.

    Args:
        data: str or a list of two: a .tsv, .csv or .jsonl file, two parallel text files, a folder of splits, or "hf:NAME"; as
            `zoo.data.pair_files.open_pairs` says.
        columns: list of two names, the source's and the target's.
        source_tokenizer, target_tokenizer: "word", "character", "byte", "bpe" or "unigram"; None chooses what fits.
        shared: bool, whether both sides have one vocabulary; None shares pieces of texts in the same characters.
        vocabulary: int, ids of learnt pieces; None takes as many as the text can teach.
        longest: int, pairs with more tokens on a side are left out, and counted.
        metrics: list of names of metrics, of which the first decides which weights are best; None takes those that fit the
            target: exact match and chrF of characters, errors in words, BLEU and chrF of pieces and bytes.
        sha256: str, digest of the data, which are refused where they have another one; a run keeps it.
        train_limit, validation_limit, test_limit: int or None, take the first examples of the split only.

    Returns:
        `Task` with the splits "train", "validation" and "test". Pairs of one source in the last two are one example.

    Raises:
        ZooError: no such data, broken ones, or none for a split; a value out of its range.
    """
    if not data:
        raise ZooError("the task files needs files: --data FILE, or data=FILE in Python")
    check_positive(longest=longest)
    data = [
        str(path) if str(path).startswith(HUB) else str(pathlib.Path(path).expanduser().absolute())
        for path in ([data] if isinstance(data, (str, pathlib.Path)) else data)
    ]
    metrics = [metric(name).name for name in metrics or ()]
    options = dict(
        data=data,
        columns=columns,
        source_tokenizer=source_tokenizer,
        target_tokenizer=target_tokenizer,
        shared=shared,
        vocabulary=vocabulary,
        longest=longest,
        metrics=metrics,
        sha256=digest(data),
        train_limit=train_limit,
        validation_limit=validation_limit,
        test_limit=test_limit,
    )
    if sha256 not in (None, options["sha256"]):
        raise ZooError(
            f"{', '.join(data)} changed since the run began (SHA-256 {options['sha256'][:12]}, not {sha256[:12]}); "
            "restore it, or train anew"
        )
    oddities = Oddities()
    splits = limited(
        read_splits(open_pairs(data, columns, oddities), oddities),
        train_limit,
        validation_limit,
        test_limit,
    )
    sample = splits["train"].take(
        np.unique(np.linspace(0, len(splits["train"]) - 1, LEARN_FROM).astype(int))
    )
    for x in sample:
        if is_ids(x.source) or is_ids(x.references[0]):
            oddities.add(
                "pairs with a side of whole numbers alone, as of token ids",
                f"the source {x.source[:40]!r}",
            )
    source, target, _ = choose_tokenizers(
        [x.source for x in sample],
        [x.references[0] for x in sample],
        (source_tokenizer, target_tokenizer),
        shared,
        vocabulary,
    )
    found = {
        split: fitting(examples, source, target, longest, oddities)
        for split, examples in splits.items()
    }
    oddities.warn()
    for split, (kept, _) in found.items():
        if not kept:
            raise ZooError(
                f"{', '.join(data)}: no pair of at most {longest} tokens is in the split {split}; give more pairs"
            )
    return Task(
        "files",
        options,
        {
            split: splits[split].take(kept)
            if split == "train"
            else [splits[split][i] for i in kept]
            for split, (kept, _) in found.items()
        },
        source,
        target,
        tuple(metrics or fitting_metrics(target)),
        *(max(int(ids[side::2].lengths.max()) for _, ids in found.values()) for side in (0, 1)),
        encoded={"train": tuple(found["train"][1][side::2] for side in (0, 1))},
    )


def digest(data):
    """SHA-256 over the bytes of all files of the data, in the order of their names; "" for a data set of the hub."""
    found = hashlib.sha256()
    if data[0].startswith(HUB):
        return ""
    for path in map(pathlib.Path, data):
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            if file.is_file():
                with open(file, "rb") as opened:
                    found.update(hashlib.file_digest(opened, "sha256").digest())
    return found.hexdigest()


def read_splits(pairs, oddities):
    """Iterators of pairs by split -> `StoredPairs` that train, and lists of `Example` that validate and test."""
    others = {split: list(pairs[split]) for split in ("validation", "test") if split in pairs}
    cut = {split: [] for split in ("validation", "test") if split not in pairs}
    judged = {pair: split for split, rows in others.items() for pair in rows}

    def training():
        for number, pair in enumerate(pairs["train" if "train" in pairs else None], 1):
            split = split_of(pair[0])
            if pair in judged:
                oddities.add(
                    f"pairs that train and are in the split {judged[pair]}, too", f"pair {number:,}"
                )
            if split in cut:
                cut[split].append(pair)
            else:
                yield pair

    train = StoredPairs(training())
    if not len(train):
        raise ZooError("the data have no pair that trains")
    return {"train": train} | {split: grouped(rows) for split, rows in (others | cut).items()}


def fitting(examples, source, target, longest, oddities):
    """Where the examples of at most `longest` tokens a side stand, and the ids of all: source, target, and so on."""
    kept, examples = [], iter(enumerate(examples))

    def ids():
        while chunk := list(itertools.islice(examples, CHUNK)):
            sources = source.encode_batch([x.source for _, x in chunk])
            references = iter(
                target.encode_batch([text for _, x in chunk for text in x.references])
            )
            for (index, x), mine in zip(chunk, sources):
                theirs = max((next(references) for _ in x.references), key=len)
                if max(len(mine), len(theirs)) <= longest:
                    kept.append(index)
                    yield from (mine, theirs)
                else:
                    oddities.add(
                        f"examples left out, as a side has more than {longest} tokens",
                        f"source {x.source[:40]!r}",
                    )

    return kept, Packed(ids())


def fitting_metrics(tokenizer):
    """Metrics of the texts that a target tokenizer was chosen for."""
    if not isinstance(tokenizer, SymbolTokenizer):
        return "bleu", "chrf", "perplexity"
    return (
        ("token_error_rate", "exact_match", "perplexity")
        if tokenizer.separator
        else ("exact_match", "chrf", "perplexity")
    )
