"""Buckets, batches, padding and the dataset for `fit`."""

import itertools

import numpy as np
import pytest

from zoo.data.batches import Batches, as_dataset, pad, shift_right
from zoo.data.buckets import Bucket, bucket_rows, plan_buckets
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


def spent(buckets, sources, targets):
    """Padded ids that buckets cost, counted example by example."""
    counts = dict.fromkeys(range(len(buckets)), 0)
    for source, target in zip(sources, targets):
        fits = [
            i
            for i, b in enumerate(buckets)
            if source <= b.source_length and target <= b.target_length
        ]
        counts[fits[0]] += 1
    return sum(
        -(-counts[i] // b.rows) * b.rows * (b.source_length + b.target_length)
        for i, b in enumerate(buckets)
    )


@pytest.mark.parametrize("seed", range(5))
def test_plan_equals_the_best_of_all_cuts(seed):
    rng = np.random.default_rng(seed)
    sources, targets = rng.integers(1, 10, 60), rng.integers(1, 10, 60)
    longer, tokens = np.maximum(sources, targets), 40
    edges, costs = np.unique(longer), []
    for k in range(3):
        for cuts in itertools.combinations(edges[:-1], k):
            bounds, buckets = [0, *cuts, edges[-1]], []
            for low, high in zip(bounds, bounds[1:]):
                inside = (longer > low) & (longer <= high)
                length = targets[inside].max()
                buckets.append(
                    Bucket(
                        sources[inside].max(),
                        length,
                        int(bucket_rows(length, inside.sum(), tokens, 8)),
                    )
                )
            costs.append(spent(buckets, sources, targets))
    plan = plan_buckets(sources, targets, tokens, buckets=3)
    assert len(plan) <= 3
    assert spent(plan, sources, targets) == min(costs)


def test_plan_by_hand():
    # Four pairs of length 2 and four of length 10: one bucket of 8 rows costs 160 ids, two of 8
    # rows would cost 192.
    lengths = [2] * 4 + [10] * 4
    assert plan_buckets(lengths, lengths, tokens=80, buckets=2) == [Bucket(10, 10, 8)]
    # Eight of each: 16 * 20 = 320 in one bucket, 8 * 4 + 8 * 20 = 192 in two.
    lengths = [2] * 8 + [10] * 8
    assert plan_buckets(lengths, lengths, tokens=80, buckets=2) == [
        Bucket(2, 2, 8),
        Bucket(10, 10, 8),
    ]


def test_pairs_of_one_longer_side_are_cut_on_either_side():
    # Eight pairs of 2 and 10 ids, eight of 10 and 2: 2 * 8 * 20 ids in one bucket of 8 rows,
    # 8 * 12 + 8 * 12 in two.
    lengths = np.array([2] * 8 + [10] * 8)
    assert plan_buckets(lengths, lengths[::-1], tokens=80, buckets=2) == [
        Bucket(2, 10, 8),
        Bucket(10, 2, 8),
    ]
    assert plan_buckets(lengths, lengths[::-1], tokens=80, buckets=2, price=1000) == [
        Bucket(10, 10, 8)
    ]


@pytest.mark.parametrize("seed", range(5))
def test_every_bucket_is_as_long_as_its_own_examples(seed):
    rng = np.random.default_rng(seed)
    sources = rng.integers(1, 30, 2000)
    targets = np.maximum(1, sources + rng.integers(-6, 7, 2000))
    few, many = (plan_buckets(sources, targets, 200, buckets) for buckets in (4, 24))
    assert (
        len(few) == 4
        and len(many) == 24
        and spent(many, sources, targets) < 0.9 * spent(few, sources, targets)
    )
    members = [[] for _ in many]
    for source, target in zip(sources, targets):
        members[
            [source <= b.source_length and target <= b.target_length for b in many].index(True)
        ].append((source, target))
    assert [tuple(np.max(found, 0)) for found in members] == [
        (b.source_length, b.target_length) for b in many
    ]


def test_rows_keep_the_budget():
    assert bucket_rows(np.array([10, 9, 30, 300]), 1000, 200, 8).tolist() == [16, 16, 6, 1]
    assert bucket_rows(np.array([10]), 5, 200, 8).tolist() == [8]
    for bucket in make(tokens=100).buckets:
        assert bucket.rows * bucket.target_length <= 100


def test_thousands_of_distinct_lengths():
    lengths = np.arange(1, 3001)
    plan = plan_buckets(lengths, lengths[::-1], tokens=4096, buckets=4)
    assert len(plan) <= 4 and plan[-1].source_length == plan[-1].target_length == 3000


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
    with pytest.raises(ZooError, match="sources and targets must be equally many"):
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


def test_a_bucket_must_save_its_price():
    lengths = np.repeat(np.arange(1, 41), 40)
    free, paid = (
        plan_buckets(lengths, lengths, tokens=400, buckets=12, price=price) for price in (0, 1500)
    )
    assert 1 < len(paid) < len(free) <= 12
    cost = {
        k: spent(plan_buckets(lengths, lengths, 400, k), lengths, lengths) for k in range(1, 13)
    }
    assert len(paid) == min(cost, key=lambda k: cost[k] + 1500 * k)
    assert len(plan_buckets(lengths, lengths, tokens=400, buckets=12, price=1e12)) == 1
