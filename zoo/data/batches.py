"""Batches of few fixed shapes, planned in NumPy as a pure function of (seed, epoch, step).

A compiled training step is compiled once a shape, so examples are put in a few buckets by length and every batch of a
bucket has the bucket's shape. A run resumes by asking for the next (epoch, step): there is no iterator state to save.
"""

import dataclasses

import numpy as np

from zoo.data.buckets import plan_buckets
from zoo.data.packed import Packed
from zoo.data.tokenizers import BOS, EOS, PAD
from zoo.errors import ZooError, check_positive


@dataclasses.dataclass(frozen=True)
class Batch:
    """One batch.

    Attributes:
        source: int32 `[B, S]`.
        target: int32 `[B, T]`, ending in EOS before its padding.
        rows: int, the number of real rows, which come first. A filler row below them has a lone EOS as source, so
            that no row is empty, and a target of padding only, so that it has no loss.
        indices: int `[rows]`, the examples in the order of the rows.
    """

    source: np.ndarray
    target: np.ndarray
    rows: int
    indices: np.ndarray


class Batches:
    """The batches of a split.

    Args:
        sources, targets: sequences of `N` int arrays `[length]` with EOS, as `Task.encode` returns.
        tokens: int, budget of target tokens a batch, padding included.
        buckets: int, the most shapes to use.
        price: float, as in `plan_buckets`.
        seed: int, not negative; the order is a function of it and the epoch.
        shuffle: bool. True shuffles the examples of each bucket, then the batches. False gives the examples bucket by bucket,
            in the order of their longer side, the same every epoch, for evaluation. Either way each comes once an epoch.

    Attributes:
        buckets: list of `zoo.data.buckets.Bucket`; all the shapes there are.
        steps_per_epoch: int, the same for every epoch.
        padding: float, share of the ids that are no part of an example, filler rows included.

    Raises:
        ZooError: as `plan_buckets` does.

    Example:
        >>> batches = Batches([[4, 2], [5, 6, 2]], [[7, 2], [8, 2]], tokens=64)
        >>> batches.batch(epoch=0, step=0).source.dtype
        dtype('int32')
    """

    def __init__(self, sources, targets, tokens, buckets=3, seed=0, shuffle=True, price=0.0):
        self._sides = [
            ids if isinstance(ids, Packed) else Packed(ids) for ids in (sources, targets)
        ]
        source_lengths, target_lengths = (side.lengths for side in self._sides)
        self.buckets = plan_buckets(source_lengths, target_lengths, tokens, buckets, price=price)
        self.seed, self.shuffle = seed, shuffle
        longer, free = (
            np.maximum(source_lengths, target_lengths),
            np.ones(len(source_lengths), bool),
        )
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
        self.steps_per_epoch = sum(
            -(-len(members) // bucket.rows) for members, bucket in zip(self._members, self.buckets)
        )
        places = sum(
            -(-len(members) // bucket.rows)
            * bucket.rows
            * (bucket.source_length + bucket.target_length)
            for members, bucket in zip(self._members, self.buckets)
        )
        self.padding = 1 - float(source_lengths.sum() + target_lengths.sum()) / places
        self._planned = (None, None)

    def batch(self, epoch, step):
        """The `Batch` of a step, counted from 0 in its epoch. Raises `IndexError` for a step that does not exist."""
        if not 0 <= step < self.steps_per_epoch:
            raise IndexError(f"step {step} is outside the {self.steps_per_epoch} steps of an epoch")
        index, places = self._plan(epoch)[step]
        bucket, members = self.buckets[index], self._members[index][places]
        filler = ((0, bucket.rows - len(members)), (0, 0))
        source = np.pad(self._sides[0].padded(members, bucket.source_length), filler)
        source[len(members) :, 0] = EOS
        return Batch(
            source,
            np.pad(self._sides[1].padded(members, bucket.target_length), filler),
            len(members),
            members,
        )

    def epoch(self, epoch):
        """Iterates over the batches of an epoch."""
        for step in range(self.steps_per_epoch):
            yield self.batch(epoch, step)

    def _plan(self, epoch):
        """The steps of an epoch as (bucket, members by their place in it); the last epoch asked for is kept."""
        epoch = epoch if self.shuffle else 0
        planned, steps = self._planned
        if planned != epoch:
            rng, steps = np.random.default_rng((self.seed, epoch)), []
            for index, (members, bucket) in enumerate(zip(self._members, self.buckets)):
                order = rng.permutation(len(members)) if self.shuffle else np.arange(len(members))
                steps += [
                    (index, order[i : i + bucket.rows]) for i in range(0, len(order), bucket.rows)
                ]
            if self.shuffle:
                steps = [steps[i] for i in rng.permutation(len(steps))]
            self._planned = (epoch, steps)
        return steps


def pad(sequences, length=None):
    """Pads on the right.

    Args:
        sequences: sequence of `B` int sequences.
        length: int or None for the longest of them.

    Returns:
        int32 `[B, length]`.

    Raises:
        ZooError: a sequence longer than `length`.
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


def as_dataset(batches, start_id=BOS, epochs=1):
    """The batches as a `tf.data.Dataset` for `fit`.

    Args:
        batches: `Batches`.
        start_id: int, the id that opens the decoder's input.
        epochs: int, epochs from 0 on that the dataset runs through; call `fit` with `epochs=epochs` and
            `steps_per_epoch=batches.steps_per_epoch`.

    Returns:
        Dataset of ((source `[B, S]`, decoder input `[B, T]`), target `[B, T]`), all int32. Padding is 0 in the target, which
        `zoo.TokenCrossentropy` leaves out. Call `fit` with `shuffle=False`: the batches are in their order already.
    """
    import tensorflow as tf

    check_positive(epochs=epochs)

    def generate():
        for epoch in range(epochs):
            for batch in batches.epoch(epoch):
                yield (batch.source, shift_right(batch.target, start_id)), batch.target

    spec = tf.TensorSpec([None, None], tf.int32)
    dataset = tf.data.Dataset.from_generator(generate, output_signature=((spec, spec), spec))
    return dataset.apply(
        tf.data.experimental.assert_cardinality(epochs * batches.steps_per_epoch)
    ).prefetch(2)
