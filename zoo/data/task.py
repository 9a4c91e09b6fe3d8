"""A task: examples in splits, a tokenizer per side, and metrics."""

import dataclasses
import itertools
from collections.abc import Callable
from typing import Any

from zoo import registry
from zoo.data.front_ends.front_end import FrontEnd
from zoo.data.packed import CHUNK, Packed
from zoo.errors import UnknownName, ZooError, check_least, check_positive


@dataclasses.dataclass(frozen=True)
class Example:
    """A source text and its correct target texts, the preferred one first.

    Attributes:
        source: the source text.
        references: the target texts.
        group: what the example is a part of, such as a dialogue, or a kind of questions; "" if it
            stands alone. Some metrics count by it.

    Raises:
        ZooError: the source has no reference.
    """

    source: str
    references: tuple[str, ...]
    group: str = ""

    def __post_init__(self):
        if not self.references:
            raise ZooError(f"there is no reference for the source {self.source!r}")


@dataclasses.dataclass(frozen=True)
class Task:
    """Parallel data ready for training.

    Attributes:
        name: str, the name by which it is registered.
        options: dict, the options that made it, of JSON types only.
        splits: dict of split name ("train", "validation", "test") to a sequence of `Example`.
        source_tokenizer, target_tokenizer: as in `zoo.data.tokenizers`. For sources that are frames
            the first is a `zoo.data.front_ends.front_end.FrontEnd`, and `Example.source` a path.
        metrics: tuple of metric names. The first decides early stopping and the best checkpoint.
        max_source_length, max_target_length: int, the longest source and the longest reference of
            all splits, in tokens with EOS; 0 counts them. A task with a few much longer references
            may instead give the length at which outputs are cut.
        encoded: dict of split name to the ids that `encode` returns, for the splits encoded so far.
        reload: function of a source and a target tokenizer to the same task, loaded again for them.
            None where `with_tokenizers` needs no such thing, and for a copy with other splits.
        alignment: function of an `Example` to the source positions that each token of its first
            reference comes from: a list of collections of int, with None where that is not known.
            None for a task that does not know it.

    Raises:
        ZooError: there are no examples.
    """

    name: str
    options: dict
    splits: dict
    source_tokenizer: Any
    target_tokenizer: Any
    metrics: tuple[str, ...]
    max_source_length: int = 0
    max_target_length: int = 0
    encoded: dict = dataclasses.field(default_factory=dict, repr=False, compare=False)
    alignment: Callable | None = dataclasses.field(default=None, repr=False, compare=False)
    reload: Callable | None = dataclasses.field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self):
        if not any(map(len, self.splits.values())):
            raise ZooError(f"task '{self.name}' has no examples")
        if not self.max_source_length:
            longest = max(
                self.source_tokenizer.length(x.source)
                for split in self.splits.values()
                for x in split
            )
            object.__setattr__(self, "max_source_length", longest)
        if not self.max_target_length:
            longest = max(
                self.target_tokenizer.length(text)
                for split in self.splits.values()
                for x in split
                for text in x.references
            )
            object.__setattr__(self, "max_target_length", longest)

    def with_tokenizers(self, source, target):
        """The same task with other tokenizers, such as a pre-trained model's.

        The longest lengths are counted again; of own data, what is too long for these tokenizers is
        left out instead. The alignment, which counts tokens, is left out.

        Raises:
            ZooError: one source tokenizer reads texts and the other one files; or own data have
                nothing that is short enough.
        """
        own = self.source_tokenizer
        source = same_kind(source, own, self.name)
        if source is own and target is self.target_tokenizer:
            return self
        if self.reload is not None:
            return self.reload(source, target)
        return dataclasses.replace(
            self,
            source_tokenizer=source,
            target_tokenizer=target,
            max_source_length=0,
            max_target_length=0,
            encoded={},
            alignment=None,
        )

    def with_reload(self, function):
        """The same task with an attribute `reload`."""
        task = dataclasses.replace(self)
        object.__setattr__(task, "reload", function)
        return task

    def examples(self, split, limit=0):
        """The examples of a split, or its first `limit`; 0 and None take all.

        Raises:
            UnknownName: there is no such split.
            ZooError: `limit` is negative.
        """
        if split not in self.splits:
            raise UnknownName("split", split, list(self.splits))
        check_least(0, limit=int(limit or 0))
        return self.splits[split][:limit] if limit else self.splits[split]

    def pairs(self, split):
        """Iterates over (source text, target text) of a split.

        In "train" there is one pair per reference; in other splits only the first reference counts.
        """
        examples = self.examples(split)
        return (
            (x.source, text)
            for x in examples
            for text in (x.references if split == "train" else x.references[:1])
        )

    def encode(self, split):
        """Encodes `pairs(split)`. Further calls return the same result.

        Returns:
            Two `Packed` of int32 arrays `[length]` with EOS: sources and targets. Sources that are
            frames are a `FrameList` of float32 arrays `[S, F]`.
        """
        if split in self.encoded:
            return self.encoded[split]
        pairs = self.pairs(split)
        if isinstance(self.source_tokenizer, FrontEnd):
            files, texts = zip(*pairs)
            frames = self.source_tokenizer.encode_batch(files)
            self.encoded[split] = frames, Packed(self.target_tokenizer.encode_batch(texts))
            return self.encoded[split]

        def ids():
            while chunk := list(itertools.islice(pairs, CHUNK)):
                sources, targets = zip(*chunk)
                for both in zip(
                    self.source_tokenizer.encode_batch(sources),
                    self.target_tokenizer.encode_batch(targets),
                ):
                    yield from both

        packed = Packed(ids())
        self.encoded[split] = packed[0::2], packed[1::2]
        return self.encoded[split]


def same_kind(source, own, name):
    """A source tokenizer that takes the place of another one.

    Args:
        source: a tokenizer, or a front end, which then reads files in the folder of `own`.
        own: a front end for a task of frames; anything else for one of texts.
        name: str, the task's name.

    Raises:
        ZooError: one of them reads texts and the other one files.
    """
    if isinstance(source, FrontEnd) != isinstance(own, FrontEnd):
        kinds = ("texts", "frames") if isinstance(own, FrontEnd) else ("frames", "texts")
        raise ZooError(f"the model reads {kinds[0]}, and the task {name} has {kinds[1]}")
    if not isinstance(source, FrontEnd):
        return source
    there = source.inside(own.folder)
    return own if (there.get_config(), there.folder) == (own.get_config(), own.folder) else there


def all_texts(examples):
    """Yields all texts of examples: each source, and its references after it."""
    for example in examples:
        yield example.source
        yield from example.references


def limited(splits, train=None, validation=None, test=None):
    """The first examples of each split, up to a limit, or all if the limit is None.

    Raises:
        ZooError: a limit below 1.
    """
    limits = {"train": train, "validation": validation, "test": test}
    check_positive(
        **{f"{split}_limit": limit for split, limit in limits.items() if limit is not None}
    )
    return {split: examples[: limits[split]] for split, examples in splits.items()}


def create_task(name: str, **options: Any) -> Task:
    """Loads a registered task.

    Args:
        name: a name of `list_tasks()`.
        **options: the task's options that differ from their defaults.

    Raises:
        UnknownName: there is no task of this name. The message holds the nearest names.
        ZooError: an unknown option, or a value of the wrong type or out of range.
    """
    return registry.tasks.create(name, **options)
