"""Batches of few fixed shapes, planned in NumPy as a pure function of (seed, epoch, step).

A training step is compiled once per shape. Examples are therefore put into a few buckets by length,
and every batch of a bucket has the bucket's shape. A run resumes by asking for the next
(epoch, step), so that there is no iterator state to save.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from zoo.data.buckets import plan_buckets
from zoo.data.frame_list import FrameList, as_stored
from zoo.data.packed import Packed
from zoo.data.tokenizers import BOS, EOS, PAD
from zoo.errors import ZooError, check_positive
from zoo.frames import Frames, map_source, source_like

if TYPE_CHECKING:
    import tensorflow as tf


@dataclasses.dataclass(frozen=True)
class Batch:
    """One batch.

    Attributes:
        source: int32 `[B, S]`, or `Frames` of NumPy arrays.
        target: int32 `[B, T]`, with EOS before its padding.
        rows: int, the number of real rows, which come first. A filler row below them has a lone EOS
            or frame as its source, because no source may be empty, and a target of padding, which
            has no loss.
        indices: int `[rows]`, the index of each row's example.
    """

    source: np.ndarray | Frames
    target: np.ndarray
    rows: int
    indices: np.ndarray


class Batches:
    """The batches of a split.

    Args:
        sources, targets: `N` int arrays `[length]` with EOS each, as `Task.encode` returns them.
            Sources may be frames instead, `N` float arrays `[S, F]` or a `FrameList`.
        tokens: the maximum number of target tokens in a batch, padding included.
        buckets: the maximum number of shapes.
        seed: not negative. The order is a function of the seed and the epoch.
        shuffle: True shuffles the examples of each bucket, and then the batches. False, for
            evaluation, gives the examples bucket by bucket in the order of their longer side. In
            both cases each example comes once per epoch.
        price, frames: as in `plan_buckets`.

    Attributes:
        buckets: list of `zoo.data.buckets.Bucket`, all shapes of batches.
        steps_per_epoch: int, the same for every epoch; `steps_per_bucket`: list of int, those of
            each bucket.
        target_tokens: int, target tokens of an epoch, without padding.
        padding: float, share of the ids that belong to no example, filler rows included.

    Raises:
        ZooError: as in `plan_buckets`.

    Example:
        >>> Batches([[4, 2], [5, 6, 2]], [[7, 2], [8, 2]], tokens=64).batch(0, 0).source.dtype
        dtype('int32')
    """

    def __init__(
        self,
        sources: Sequence[Sequence[int]] | Sequence[np.ndarray],
        targets: Sequence[Sequence[int]],
        tokens: int,
        buckets: int = 3,
        seed: int = 0,
        shuffle: bool = True,
        price: float = 0.0,
        frames: int | None = None,
    ):
        self._sources = as_stored(sources)
        self._targets = targets if isinstance(targets, Packed) else Packed(targets)
        lengths = source_lengths, target_lengths = self._sources.lengths, self._targets.lengths
        self.buckets = plan_buckets(*lengths, tokens, buckets, price=price, frames=frames)
        self.seed = seed
        self.shuffle = shuffle
        longer = np.maximum(source_lengths, target_lengths)
        free = np.ones(len(source_lengths), bool)
        self._members = []
        for bucket in self.buckets:
            fits = (
                free
                & (source_lengths <= bucket.source_length)
                & (target_lengths <= bucket.target_length)
            )
            free &= ~fits
            members = np.flatnonzero(fits)
            self._members.append(members[np.argsort(longer[members], kind="stable")])
        self.steps_per_bucket = [
            -(-len(members) // bucket.rows) for members, bucket in zip(self._members, self.buckets)
        ]
        self.steps_per_epoch = sum(self.steps_per_bucket)
        self.target_tokens = int(target_lengths.sum())
        ids = sum(
            steps * bucket.rows * (bucket.source_length + bucket.target_length)
            for steps, bucket in zip(self.steps_per_bucket, self.buckets)
        )
        self.padding = 1 - float(source_lengths.sum() + target_lengths.sum()) / ids
        self._planned = (None, None)

    def batch(self, epoch: int, step: int) -> Batch:
        """The batch of a step of an epoch; both count from 0.

        Raises:
            IndexError: the epoch has no such step.
        """
        if not 0 <= step < self.steps_per_epoch:
            raise IndexError(f"step {step} is outside the {self.steps_per_epoch} steps of an epoch")
        index, places = self._plan(epoch)[step]
        bucket, members = self.buckets[index], self._members[index][places]
        filler = ((0, bucket.rows - len(members)), (0, 0))
        return Batch(
            with_rows(self._sources.padded(members, bucket.source_length), bucket.rows),
            np.pad(self._targets.padded(members, bucket.target_length), filler),
            len(members),
            members,
        )

    @property
    def features(self) -> int | None:
        """Numbers per frame of a source; None for ids."""
        return self._sources[0].shape[1] if isinstance(self._sources, FrameList) else None

    def epoch(self, epoch: int) -> Iterator[Batch]:
        """Yields the batches of an epoch."""
        for step in range(self.steps_per_epoch):
            yield self.batch(epoch, step)

    def _plan(self, epoch):
        """The steps of an epoch as (bucket, places of its members). Keeps the last epoch's."""
        epoch = epoch if self.shuffle else 0
        planned, steps = self._planned
        if planned != epoch:
            rng = np.random.default_rng((self.seed, epoch))
            steps = []
            for index, (members, bucket) in enumerate(zip(self._members, self.buckets)):
                order = rng.permutation(len(members)) if self.shuffle else np.arange(len(members))
                steps += [
                    (index, order[i : i + bucket.rows]) for i in range(0, len(order), bucket.rows)
                ]
            if self.shuffle:
                steps = [steps[i] for i in rng.permutation(len(steps))]
            self._planned = (epoch, steps)
        return steps


def with_rows(source, rows):
    """A source of NumPy arrays with filler rows below its own, of which each has one token."""
    own = len(source.mask) if isinstance(source, Frames) else len(source)

    def below(x):
        return np.pad(x, [(0, rows - own), *[(0, 0)] * (x.ndim - 1)])

    filled = map_source(below, source)
    if isinstance(filled, Frames):
        filled.mask[own:, 0] = True
    else:
        filled[own:, 0] = EOS
    return filled


def pad(sequences, length=None):
    """Pads sequences on the right.

    Args:
        sequences: `B` sequences of int.
        length: int, or None for the length of the longest one.

    Returns:
        int32 `[B, length]`.

    Raises:
        ZooError: a sequence is longer than `length`.
    """
    lengths = np.array([len(ids) for ids in sequences], "int64")
    longest = int(lengths.max(initial=0))
    length = longest if length is None else length
    if longest > length:
        raise ZooError(f"a sequence of {longest} ids does not fit in {length}")
    padded = np.full((len(lengths), length), PAD, "int32")
    if lengths.sum():
        padded[np.arange(length) < lengths[:, None]] = np.concatenate(
            [np.asarray(ids, "int32") for ids in sequences]
        )
    return padded


def shift_right(target, start_id=BOS):
    """What the decoder reads in teacher forcing: `start_id`, then the target without its last id.

    Args:
        target: int `[B, T]`, a NumPy array or a tensor.
        start_id: int.

    Returns:
        int `[B, T]`, of the same kind as `target`.
    """
    shift = ((0, 0), (1, 0))
    if isinstance(target, np.ndarray):
        return np.pad(target[:, :-1], shift, constant_values=start_id)
    from keras import ops  # here, so that reading data does not wait for TensorFlow

    return ops.pad(target[:, :-1], shift, constant_values=start_id)


def as_dataset(batches: Batches, start_id: int = BOS, epochs: int = 1) -> "tf.data.Dataset":
    """Makes a `tf.data.Dataset` of the batches, for Keras' `fit`.

    Call `fit` with `epochs=epochs`, `steps_per_epoch=batches.steps_per_epoch`, and `shuffle=False`,
    because the batches are shuffled already.

    Args:
        batches: the batches.
        start_id: the id that opens the decoder's input.
        epochs: number of epochs in the dataset.

    Returns:
        Dataset of ((source `[B, S]`, decoder input `[B, T]`), target `[B, T]`), all int32 but
        `Frames`. The target is padded with 0, which `zoo.TokenCrossentropy` leaves out.
    """
    import tensorflow as tf

    check_positive(epochs=epochs)

    def generate():
        for epoch in range(epochs):
            for batch in batches.epoch(epoch):
                yield (batch.source, shift_right(batch.target, start_id)), batch.target

    spec = tf.TensorSpec([None, None], tf.int32)
    source = source_like(tf.TensorSpec, [None, None], batches.features)
    dataset = tf.data.Dataset.from_generator(generate, output_signature=((source, spec), spec))
    return dataset.apply(
        tf.data.experimental.assert_cardinality(epochs * batches.steps_per_epoch)
    ).prefetch(2)
