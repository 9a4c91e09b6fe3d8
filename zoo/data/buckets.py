"""Chooses the few shapes of batches so that little of them is padding."""

import dataclasses

import numpy as np

from zoo.errors import ZooError, check_positive

MAX_CANDIDATES = 256  # lengths of the longer side at which a bucket may end


@dataclasses.dataclass(frozen=True)
class Bucket:
    """The shape of a batch: sources `[rows, source_length]`, targets `[rows, target_length]`."""

    source_length: int
    target_length: int
    rows: int


def plan_buckets(
    source_lengths, target_lengths, tokens, buckets=3, multiple=8, price=0.0, frames=None
):
    """Chooses buckets that waste few tokens on padding.

    A dynamic programme first finds the best cuts by the longer side of an example. It counts
    source, target and the filler rows of each bucket's last batch, and uses fewer buckets if that
    is better. If more buckets are allowed, the one in which a cut on either side saves most is cut
    again, and so on.

    Args:
        source_lengths, target_lengths: int `[N]`, lengths with EOS.
        tokens: int, the maximum number of target tokens in a batch, padding included. A batch has
            at least one row, however long.
        buckets: int, the maximum number of buckets.
        multiple: int. Batches with at least that many rows have a multiple of it, which suits the
            tensor units.
        price: float, ids of padding that a bucket must save to be worth its compilation.
        frames: int, the maximum number of source tokens or frames in a batch, padding included; a
            batch has at least one row. None sets no limit.

    Returns:
        List of `Bucket`. An example belongs to the first bucket that it fits into.

    Raises:
        ZooError: no examples, an empty sequence, different numbers of lengths, or a count below 1.
    """
    check_positive(tokens=tokens, buckets=buckets, multiple=multiple)
    sources, targets = np.asarray(source_lengths, "int64"), np.asarray(target_lengths, "int64")
    if not sources.size:
        raise ZooError("there are no examples to make batches of")
    if sources.shape != targets.shape or sources.ndim != 1:
        raise ZooError(
            f"sources and targets must be equally many, got {sources.size} and {targets.size}"
        )
    if min(sources.min(), targets.min()) < 1:
        raise ZooError("a source or target is empty; every sequence has at least its EOS")
    distinct, counts = np.unique(sources * (targets.max() + 1) + targets, return_counts=True)
    # [3, P]: source length, target length, number of examples
    pairs = np.stack([*np.divmod(distinct, targets.max() + 1), counts])
    groups = cut_longer_side(pairs, tokens, buckets, multiple, price)
    cuts = [best_cut(group, tokens, multiple) for group in groups]
    while len(groups) < buckets:
        place = max(range(len(cuts)), key=lambda i: cuts[i][0])
        saved, parts = cuts[place]
        if saved <= price:
            break
        groups[place : place + 1] = parts
        cuts[place : place + 1] = [best_cut(part, tokens, multiple) for part in parts]
    found = []
    for group in groups:
        source, target, count = int(group[0].max()), int(group[1].max()), group[2].sum()
        rows = int(bucket_rows(target, count, tokens, multiple))
        rows = rows if frames is None else min(rows, max(1, frames // source))
        found.append(Bucket(source, target, rows))
    return found


def cut_longer_side(pairs, tokens, buckets, multiple, price):
    """Cuts `pairs` [3, P] by the longer side into at most `buckets` groups.

    Returns:
        List of the groups, [3, P] each, shorter ones first.
    """
    longer = pairs[:2].max(0)
    edges = np.unique(longer)
    if edges.size > MAX_CANDIDATES:
        edges = edges[np.linspace(0, edges.size - 1, MAX_CANDIDATES).round().astype(int)]
    group = np.searchsorted(edges, longer)  # [P]
    merged = np.zeros((3, edges.size), "int64")
    for values, lengths in zip(merged, pairs[:2]):
        np.maximum.at(values, group, lengths)
    np.add.at(merged[2], group, pairs[2])
    buckets = min(buckets, edges.size)
    best = np.full((buckets + 1, edges.size + 1), np.inf)  # [bucket count, groups covered]
    best[0, 0] = 0
    cut = np.zeros(best.shape, int)
    for last in range(edges.size):
        # [last + 1]: the ids of a bucket from each edge to `last`
        cost = padded(*up_to(merged[:, last::-1]), tokens, multiple)[::-1]
        for k in range(1, buckets + 1):
            total = best[k - 1, : last + 1] + cost
            cut[k, last + 1] = total.argmin()
            best[k, last + 1] = total.min()
    chosen = []
    covered = edges.size
    for k in range(int((best[:, -1] + price * np.arange(buckets + 1)).argmin()), 0, -1):
        first = cut[k, covered]
        chosen.append(pairs[:, (group >= first) & (group < covered)])
        covered = first
    return chosen[::-1]


def best_cut(pairs, tokens, multiple):
    """The best cut of a bucket of `pairs` [3, P] by source, by target, or by the longer of them.

    Returns:
        The ids that it saves, and its two parts, the shorter one first; 0 and None if no cut helps.
    """
    whole = padded(*(x[-1] for x in up_to(pairs)), tokens, multiple)
    most = 0
    parts = None
    for side in (pairs[0], pairs[1], pairs[:2].max(0)):
        order = np.argsort(side, kind="stable")
        ranked, ends = pairs[:, order], np.flatnonzero(np.diff(side[order]))
        if ends.size:
            below, above = up_to(ranked)[:, ends], up_to(ranked[:, ::-1])[:, ::-1][:, ends + 1]
            saved = whole - padded(*below, tokens, multiple) - padded(*above, tokens, multiple)
            if saved.max() > most:
                most = saved.max()
                end = ends[saved.argmax()] + 1
                parts = [ranked[:, :end], ranked[:, end:]]
    return most, parts


def up_to(pairs):
    """The longest lengths and the number of examples of each prefix of `pairs`: [3, P]."""
    return np.stack(
        [np.maximum.accumulate(pairs[0]), np.maximum.accumulate(pairs[1]), np.cumsum(pairs[2])]
    )


def padded(source_length, target_length, count, tokens, multiple):
    """The ids of all batches of a bucket, padding included. Takes and gives int `[...]`."""
    rows = bucket_rows(target_length, count, tokens, multiple)
    return -(-count // rows) * rows * (source_length + target_length)


def bucket_rows(target_length, count, tokens, multiple):
    """The rows of a batch: within the budget, and no more than the `count` examples need.

    Takes and gives int `[...]`.
    """
    rows = np.maximum(1, tokens // target_length)
    rows = np.where(rows >= multiple, rows - rows % multiple, rows)
    return np.minimum(rows, -(-count // multiple) * multiple)
