"""Buckets, batches, padding and the dataset for `fit`."""

import numpy as np
import pytest

from zoo.data.batches import Batches, as_dataset, pad, shift_right
from zoo.errors import ZooError


def sequences(count, longest, seed):
    rng = np.random.default_rng(seed)
    return [
        np.append(rng.integers(4, 30, length - 1), 2).astype("int32")
        for length in rng.integers(1, longest + 1, count)
    ]


def make(count=500, seed=0, **options):
    return Batches(
        sequences(count, 17, seed), sequences(count, 12, seed + 1), **{"tokens": 128, **options}
    )


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize(
    "count, tokens, buckets", [(1, 64, 3), (7, 64, 3), (500, 128, 3), (333, 5, 4), (200, 999, 1)]
)
def test_every_example_comes_once_an_epoch_and_intact(count, tokens, buckets, shuffle):
    sources, targets = sequences(count, 17, count), sequences(count, 12, count + 1)
    batches = Batches(sources, targets, tokens, buckets, shuffle=shuffle)
    for epoch in range(3):
        seen = []
        for batch in batches.epoch(epoch):
            assert batch.source.dtype == batch.target.dtype == np.int32
            assert len(batch.indices) == batch.rows > 0
            for row, i in enumerate(batch.indices):
                np.testing.assert_array_equal(np.trim_zeros(batch.source[row], "b"), sources[i])
                np.testing.assert_array_equal(np.trim_zeros(batch.target[row], "b"), targets[i])
            filler = batch.source[batch.rows :]
            assert (
                (filler[:, 0] == 2).all()
                and not filler[:, 1:].any()
                and not batch.target[batch.rows :].any()
            )
            seen += batch.indices.tolist()
        assert sorted(seen) == list(range(count))


def test_shapes_are_those_of_the_buckets():
    batches = make()
    shapes = {(*batch.source.shape, *batch.target.shape) for batch in batches.epoch(0)}
    assert shapes == {(b.rows, b.source_length, b.rows, b.target_length) for b in batches.buckets}
    assert len(shapes) == 3
    assert len(list(batches.epoch(0))) == batches.steps_per_epoch


def test_a_batch_is_a_function_of_seed_epoch_and_step():
    one, other = make(seed=0), make(seed=0)
    late = other.batch(3, 5)
    list(one.epoch(0)), list(one.epoch(3))
    same = one.batch(3, 5)
    for field in ("source", "target", "indices", "rows"):
        np.testing.assert_array_equal(getattr(same, field), getattr(late, field))


def order(batches, epoch):
    return [batch.indices.tolist() for batch in batches.epoch(epoch)]


def test_epochs_and_seeds_differ_in_examples_and_in_the_order_of_buckets():
    sources, targets = sequences(500, 17, 0), sequences(500, 12, 1)
    batches = Batches(sources, targets, 128, seed=0)
    assert order(batches, 0) != order(batches, 1)
    assert order(batches, 0) == order(batches, 0)
    assert order(batches, 0) != order(Batches(sources, targets, 128, seed=1), 0)
    shapes = [[batch.source.shape for batch in batches.epoch(epoch)] for epoch in (0, 1)]
    assert shapes[0] != shapes[1] and sorted(shapes[0]) == sorted(shapes[1])


def test_without_shuffling_lengths_rise_and_epochs_are_equal():
    batches = make(shuffle=False)
    longer = [
        max(np.count_nonzero(batch.source[row]), np.count_nonzero(batch.target[row]))
        for batch in batches.epoch(0)
        for row in range(batch.rows)
    ]
    assert longer == sorted(longer)
    assert order(batches, 0) == order(batches, 7)


def test_padding_is_counted_with_fillers():
    batches = make()
    places = sum(batch.source.size + batch.target.size for batch in batches.epoch(0))
    real = sum(
        np.count_nonzero(batch.source[: batch.rows]) + np.count_nonzero(batch.target[: batch.rows])
        for batch in batches.epoch(0)
    )
    assert batches.padding == pytest.approx(1 - real / places)
    assert make(buckets=5).padding < make(buckets=1).padding


def test_mistakes_are_named():
    with pytest.raises(ZooError, match="sources and targets must be equally many"):
        Batches([[2]], [], 10)
    with pytest.raises(ZooError, match="there are no examples to make batches of"):
        Batches([], [], 10)
    with pytest.raises(ZooError, match="empty"):
        Batches([[2], []], [[2], [2]], 10)
    with pytest.raises(ZooError, match="tokens"):
        Batches([[2]], [[2]], 0)
    with pytest.raises(IndexError):
        make().batch(0, make().steps_per_epoch)
    with pytest.raises(IndexError):
        make().batch(0, -1)


def test_pad():
    padded = pad([[5, 2], [], np.array([6, 7, 2])])
    assert padded.dtype == np.int32
    assert padded.tolist() == [[5, 2, 0], [0, 0, 0], [6, 7, 2]]
    assert pad([[5, 2]], 4).tolist() == [[5, 2, 0, 0]]
    assert pad([]).shape == (0, 0)
    with pytest.raises(ZooError, match="3 ids does not fit in 2"):
        pad([[1, 2, 3]], 2)


def test_shift_right():
    assert shift_right(np.array([[5, 6, 2, 0], [0, 0, 0, 0]])).tolist() == [
        [1, 5, 6, 2],
        [1, 0, 0, 0],
    ]
    assert shift_right(np.array([[5, 2]]), start_id=9).tolist() == [[9, 5]]


def test_dataset_gives_the_batches_in_order():
    batches = make(count=60)
    dataset = as_dataset(batches, start_id=1, epochs=2)
    assert int(dataset.cardinality()) == 2 * batches.steps_per_epoch
    expected = [*batches.epoch(0), *batches.epoch(1)]
    given = list(dataset.as_numpy_iterator())
    assert len(given) == len(expected)
    for ((source, decoder_input), target), batch in zip(given, expected):
        np.testing.assert_array_equal(source, batch.source)
        np.testing.assert_array_equal(target, batch.target)
        np.testing.assert_array_equal(decoder_input, shift_right(batch.target))
