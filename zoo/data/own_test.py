"""A user's own data as a test for a model that exists already."""

from zoo.data.fitting import fitting_metrics
from zoo.data.front_ends.front_end import FrontEnd
from zoo.data.own_splits import below
from zoo.data.readers.oddities import Oddities
from zoo.data.readers.pairs import folder_of, open_pairs, path_list
from zoo.data.splits import grouped
from zoo.data.task import Task
from zoo.data.tasks.files import placed
from zoo.errors import UnknownName, ZooError


def own_test(
    data, columns, split, source_tokenizer, target_tokenizer, metrics=(), longest_target=0
):
    """A task that has a single split, with all pairs of some data.

    Args:
        data, columns: as `zoo.data.readers.pairs.open_pairs` takes them.
        split: str, what the split is called. Of data in splits, it is the one that is taken.
        source_tokenizer, target_tokenizer: the model's.
        metrics: names of metrics; none takes those that fit the targets.
        longest_target: int, tokens at which outputs are cut; 0 takes the longest reference.

    Returns:
        `Task`. The pairs of one source are one example.

    Raises:
        ZooError: the data are missing, broken or empty, or do not fit the tokenizers.
        UnknownName: there is no such split. Data without splits may be called "train",
            "validation" or "test".
    """
    oddities, folder = Oddities(), folder_of(data)
    found = open_pairs(data, columns, oddities, needed=None)
    known = list(found) if None not in found else ["train", "validation", "test"]
    if split not in known:
        raise UnknownName("split", split, known)
    pairs = found.get(split, found.get(None))
    examples = grouped(pairs, lambda source: below(source, folder))
    oddities.warn()
    if not examples:
        place = f" in its split {split}" if split in found else ""
        raise ZooError(f"{', '.join(map(str, path_list(data)))} has no pair{place}")
    frames = isinstance(source_tokenizer, FrontEnd)
    if frames:
        source_tokenizer = source_tokenizer.inside(folder)
    if not metrics:
        targets = [example.references[0] for example in examples]
        metrics = fitting_metrics(target_tokenizer, targets, frames)
    with placed(data, columns):
        return Task(
            "files",
            {},
            {split: examples},
            source_tokenizer,
            target_tokenizer,
            tuple(metrics),
            max_target_length=longest_target,
        )
