"""The shapes that are chosen for batches."""

import itertools

import numpy as np
import pytest

from zoo.data.buckets import Bucket, bucket_rows, plan_buckets


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
    rng = np.random.default_rng(0)
    sources, targets = rng.integers(1, 18, 500), rng.integers(1, 13, 500)
    for bucket in plan_buckets(sources, targets, tokens=100):
        assert bucket.rows * bucket.target_length <= 100


def test_thousands_of_distinct_lengths():
    lengths = np.arange(1, 3001)
    plan = plan_buckets(lengths, lengths[::-1], tokens=4096, buckets=4)
    assert len(plan) <= 4 and plan[-1].source_length == plan[-1].target_length == 3000


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


def test_a_batch_of_long_sources_has_fewer_rows():
    lengths = [300] * 40, [4] * 40
    assert plan_buckets(*lengths, tokens=4096, buckets=1)[0].rows == 40
    assert plan_buckets(*lengths, tokens=4096, buckets=1, frames=1000)[0].rows == 3
    assert plan_buckets(*lengths, tokens=4096, buckets=1, frames=10)[0].rows == 1
