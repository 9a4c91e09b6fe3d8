"""What a task is: examples in splits, a tokenizer a side, and the metrics that judge it."""

import dataclasses

import numpy as np

from zoo.errors import UnknownName, ZooError, check_positive


@dataclasses.dataclass(frozen=True)
class Example:
    """One source text and every target text that is right for it; the first reference is the preferred one."""

    source: str
    references: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Task:
    """Parallel data ready for training.

    Attributes:
        name: str, the name it is registered by.
        options: dict, the options it was made with, JSON types only.
        splits: dict of split name ("train", "validation", "test") to list of `Example`.
        source_tokenizer, target_tokenizer: as in `zoo.data.tokenizers`.
        metrics: tuple of metric names; the first decides early stopping and the best checkpoint.
        max_source_length, max_target_length: int, longest source and longest reference in tokens, EOS included, over
            all splits; counted here when not given.

    Raises:
        ZooError: an example without a reference, or no example at all.
    """

    name: str
    options: dict
    splits: dict
    source_tokenizer: object
    target_tokenizer: object
    metrics: tuple[str, ...]
    max_source_length: int = None
    max_target_length: int = None

    def __post_init__(self):
        examples = [example for split in self.splits.values() for example in split]
        if not examples:
            raise ZooError(f"task '{self.name}' has no examples")
        for example in examples:
            if not example.references:
                raise ZooError(f"task '{self.name}' has no reference for the source {example.source!r}")
        if self.max_source_length is None:
            longest = max(self.source_tokenizer.length(example.source) for example in examples)
            object.__setattr__(self, "max_source_length", longest)
        if self.max_target_length is None:
            longest = max(self.target_tokenizer.length(text) for example in examples for text in example.references)
            object.__setattr__(self, "max_target_length", longest)

    def with_tokenizers(self, source, target):
        """The same examples for other tokenizers, such as a pre-trained model's; the longest lengths are counted anew."""
        return dataclasses.replace(self, source_tokenizer=source, target_tokenizer=target, max_source_length=None,
                                   max_target_length=None)

    def examples(self, split):
        """The examples of a split. Raises `UnknownName` when there is no such split."""
        if split not in self.splits:
            raise UnknownName("split", split, list(self.splits))
        return self.splits[split]

    def pairs(self, split):
        """List of (source text, target text): one for every reference in "train", else for the first reference."""
        if split == "train":
            return [(example.source, text) for example in self.examples(split) for text in example.references]
        return [(example.source, example.references[0]) for example in self.examples(split)]

    def encode(self, split):
        """The ids of `pairs(split)`, EOS included.

        Returns:
            Two lists of int32 arrays `[length]` of the same size, sources and targets.
        """
        pairs = self.pairs(split)
        sources = self.source_tokenizer.encode_batch([source for source, _ in pairs])
        targets = self.target_tokenizer.encode_batch([target for _, target in pairs])
        return [np.array(ids, "int32") for ids in sources], [np.array(ids, "int32") for ids in targets]


def limited(splits, train=None, validation=None, test=None):
    """The first examples of each split, as many as given, None for all. Raises `ZooError` for a limit below one."""
    limits = {"train": train, "validation": validation, "test": test}
    check_positive(**{f"{split}_limit": limit for split, limit in limits.items() if limit is not None})
    return {split: examples[:limits[split]] for split, examples in splits.items()}
