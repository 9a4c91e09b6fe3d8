"""Your own pairs of texts, from files: `zoo train MODEL --data FILE`.

Sources may also be paths of recordings, pictures or arrays, which are read as frames. Relative ones
begin in the folder of the data.

Splits that the data lack are cut from the training pairs by the hash of the source. No source is
then in two splits, and adding data moves no pair to another split. Training pairs stay on disk, and
memory holds only where each begins, so that millions fit.
"""

import contextlib
import os

import numpy as np

from zoo.data.fitting import (
    BrokenSource,
    check_kept,
    fitted_to,
    fitting_frames,
    fitting_metrics,
    fitting_texts,
    given_tokenizers,
)
from zoo.data.front_ends.choice import FRONT_ENDS, choose_front_end
from zoo.data.inspect_pairs import is_ids
from zoo.data.own_splits import read_splits
from zoo.data.readers.digest import checked_digest
from zoo.data.readers.hub import HUB
from zoo.data.readers.oddities import Oddities
from zoo.data.readers.pairs import check_columns, folder_of, open_pairs, path_list, place_of
from zoo.data.task import Example, Task, limited
from zoo.data.tokenizers.choice import check_choices, choose_tokenizer, choose_tokenizers
from zoo.errors import ZooError, check_positive
from zoo.files import absolute
from zoo.registry import register_task
from zoo.registry.metric_names import check_metrics

LEARN_FROM = 200_000  # pairs, evenly spaced, from which vocabularies are learnt


@register_task(
    "files",
    title="Your own pairs of texts, in files",
    source="your own files",
    metrics=("bleu", "chrf", "perplexity"),
    licence="not stated",
)
def files(
    data: str | os.PathLike | list[str] | None = None,
    columns: list[str] | None = None,
    source_tokenizer: str | None = None,
    target_tokenizer: str | None = None,
    shared: bool | None = None,
    vocabulary: int | None = None,
    longest: int = 256,
    metrics: str | list[str] | None = None,
    sha256: str | None = None,
    train_limit: int | None = None,
    validation_limit: int | None = None,
    test_limit: int | None = None,
) -> Task:
    """Pairs of texts from your own files, with tokenizers that fit them.

    Inside a block of `zoo.data.fitting.fitted_to`, they are read with its tokenizers.

    Args:
        data: a .tsv, .csv or .jsonl file, a folder of splits, "hf:NAME", or a list of two parallel
            text files, as `zoo.data.readers.pairs.open_pairs` says.
        columns: two names, the source's and the target's.
        source_tokenizer, target_tokenizer: "word", "character", "decomposed", "byte", "bpe" or
            "unigram"; None chooses the one that fits. Sources that are paths have "recording",
            "picture" or "array", which None finds by their endings.
        shared: whether both sides have one vocabulary; None shares pieces of texts in the same
            characters.
        vocabulary: number of learnt pieces; None takes as many as the text can teach.
        longest: pairs with more tokens on a side are left out, and counted; of frames, eight times
            as many are allowed.
        metrics: a metric, or several. The first decides which weights are best. None takes those
            that fit the target: exact match and chrF for characters; token error rate and exact
            match for words; BLEU and chrF for pieces and bytes, or chrF and exact match if most
            texts have fewer than four words; error rates of characters and words if the sources
            are frames.
        sha256: digest of the data. Data with another digest are refused; a run keeps it.
        train_limit, validation_limit, test_limit: take the first examples of the split only.

    Returns:
        `Task` with the splits "train", "validation" and "test". In the last two, the pairs of one
        source are one example.

    Raises:
        ZooError: the data are missing or broken, or have no pair for a split; or a value is out of
            range.
    """
    if not data:
        raise ZooError("the task files needs files: --data FILE, or data=FILE in Python")
    check_positive(longest=longest)
    check_columns(columns)
    check_choices((source_tokenizer, target_tokenizer), shared, vocabulary, FRONT_ENDS)
    limited({}, train_limit, validation_limit, test_limit)
    data = [str(x) if str(x).startswith(HUB) else absolute(x) for x in path_list(data)]
    metrics = [metrics] if isinstance(metrics, str) else list(metrics or ())
    check_metrics(metrics)
    options = dict(
        data=data,
        columns=columns,
        source_tokenizer=source_tokenizer,
        target_tokenizer=target_tokenizer,
        shared=shared,
        vocabulary=vocabulary,
        longest=longest,
        metrics=metrics,
        sha256=checked_digest(data, columns, sha256),
        train_limit=train_limit,
        validation_limit=validation_limit,
        test_limit=test_limit,
    )
    oddities = Oddities()
    splits = limited(
        read_splits(open_pairs(data, columns, oddities), oddities, folder_of(data)),
        train_limit,
        validation_limit,
        test_limit,
    )
    places = np.linspace(0, len(splits["train"]) - 1, LEARN_FROM).astype(int)
    sample = splits["train"].take(np.unique(places))
    for x in sample:
        if is_ids(x.source) or is_ids(x.references[0]):
            oddities.add(
                "pairs with a side of whole numbers only, which may be token ids",
                f"the source {x.source[:40]!r}",
            )
    sources, targets = [x.source for x in sample], [x.references[0] for x in sample]
    with placed(data, columns):
        source = choose_front_end(sources, source_tokenizer, folder_of(data))
    fit = fitting_texts if source is None else fitting_frames
    new = sha256 is None  # a run that exists keeps what an earlier release ignored
    if given := given_tokenizers(source):
        source, target = given
    elif source is None:
        kinds = source_tokenizer, target_tokenizer
        source, target, _ = choose_tokenizers(sources, targets, kinds, shared, vocabulary, new)
    elif shared and new:
        raise ZooError("leave out shared: recordings, pictures and arrays have no vocabulary")
    else:
        target = choose_tokenizer(targets, target_tokenizer, vocabulary, new)
    kept, encoded = {}, {}
    for split, examples in splits.items():
        with placed(data, columns):
            kept[split], *encoded[split] = fit(examples, source, target, longest, oddities)
    oddities.warn()
    check_kept(kept, splits, longest, ", ".join(data))
    longest_source, longest_target = (
        max(int(side[i].lengths.max()) for side in encoded.values()) for i in (0, 1)
    )
    train = splits.pop("train").take(kept["train"])
    others = {split: [examples[i] for i in kept[split]] for split, examples in splits.items()}
    if getattr(target, "separator", "") == " ":  # outputs have one blank between symbols
        others = {split: list(map(with_single_blanks, rows)) for split, rows in others.items()}
    task = Task(
        "files",
        options,
        {"train": train, **others},
        source,
        target,
        tuple(metrics or fitting_metrics(target, targets, frames=fit is fitting_frames)),
        longest_source,
        longest_target,
        encoded={"train": tuple(encoded["train"])},
    )

    def reload(source, target):
        with fitted_to(source, target):
            return files(**options)

    return task.with_reload(reload)


@contextlib.contextmanager
def placed(data, columns):
    """Begins the message of a `BrokenSource` with its file and line."""
    try:
        yield
    except BrokenSource as error:
        raise ZooError(f"{place_of(error.source, data, columns)}{error}") from error


def with_single_blanks(example):
    """An example whose references have one blank wherever they have some."""
    return Example(example.source, tuple(" ".join(text.split()) for text in example.references))
