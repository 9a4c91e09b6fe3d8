"""The few shapes that batches have, chosen so that little of them is padding."""

import dataclasses

import numpy as np

from zoo.errors import ZooError, check_positive

MAX_CANDIDATES = 256  # Edges of the longer side that `plan_buckets` considers; more distinct lengths than this are thinned out.


@dataclasses.dataclass(frozen=True)
class Bucket:
    """The shape of a batch: `rows` sources of `source_length` ids and as many targets of `target_length` ids."""

    source_length: int
    target_length: int
    rows: int


def plan_buckets(source_lengths, target_lengths, tokens, buckets=3, multiple=8, price=0.0):
    """Chooses buckets that spend few padded tokens.

    They are cut on the longer side of an example first, where a dynamic programme finds the best cuts, counting source, target
    and the filler rows of each bucket's last batch; it uses fewer buckets where that is better. If more are allowed, the bucket
    in which a cut of either side saves most is cut again, and so on.

    Args:
        source_lengths, target_lengths: int `[N]`, lengths with EOS.
        tokens: int, budget of target tokens a batch, padding included. At least one row is taken whatever its length.
        buckets: int, the most buckets to use.
        multiple: int, batches of this many rows or more have a multiple of it, for the tensor units.
        price: float, ids of padding that a bucket must save to be worth its compilation.

    Returns:
        List of `Bucket`. An example belongs to the first bucket that it fits in.

    Raises:
        ZooError: no examples, an empty sequence, different numbers of lengths, or a count not above zero.
    """
    check_positive(tokens=tokens, buckets=buckets, multiple=multiple)
    sources, targets = np.asarray(source_lengths, "int64"), np.asarray(target_lengths, "int64")
    if sources.shape != targets.shape or sources.ndim != 1 or not sources.size:
        raise ZooError(
            f"as many sources as targets are needed, got {sources.size} and {targets.size}"
        )
    if min(sources.min(), targets.min()) < 1:
        raise ZooError("a source or target is empty; every sequence has at least its EOS")
    distinct, counts = np.unique(sources * (targets.max() + 1) + targets, return_counts=True)
    pairs = np.stack(
        [*np.divmod(distinct, targets.max() + 1), counts]
    )  # [3, P]: source length, target length, examples
    groups = cut_longer_side(pairs, tokens, buckets, multiple, price)
    cuts = [best_cut(group, tokens, multiple) for group in groups]
    while len(groups) < buckets:
        place = max(range(len(cuts)), key=lambda i: cuts[i][0])
        saved, parts = cuts[place]
        if saved <= price:
            break
        groups[place : place + 1] = parts
        cuts[place : place + 1] = [best_cut(part, tokens, multiple) for part in parts]
    return [
        Bucket(int(source), int(target), int(bucket_rows(target, count, tokens, multiple)))
        for source, target, count in (
            (group[0].max(), group[1].max(), group[2].sum()) for group in groups
        )
    ]


def cut_longer_side(pairs, tokens, buckets, multiple, price):
    """The best cuts of `pairs` [3, P] on the longer side into so many groups at most: a list of [3, P], shorter first."""
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
    best[0, 0], cut = 0, np.zeros(best.shape, int)
    for last in range(edges.size):
        cost = padded(*up_to(merged[:, last::-1]), tokens, multiple)[
            ::-1
        ]  # [last + 1], of a bucket from each edge to `last`
        for k in range(1, buckets + 1):
            total = best[k - 1, : last + 1] + cost
            cut[k, last + 1] = total.argmin()
            best[k, last + 1] = total.min()
    chosen, covered = [], edges.size
    for k in range(int((best[:, -1] + price * np.arange(buckets + 1)).argmin()), 0, -1):
        first = cut[k, covered]
        chosen.append(pairs[:, (group >= first) & (group < covered)])
        covered = first
    return chosen[::-1]


def best_cut(pairs, tokens, multiple):
    """The cut of a bucket of `pairs` [3, P], on source, target or the longer of them, that saves most.

    Returns:
        The ids that it saves, and its two parts, the one that is shorter on that side first; 0 and None where none saves any.
    """
    whole, most, parts = padded(*(x[-1] for x in up_to(pairs)), tokens, multiple), 0, None
    for side in (pairs[0], pairs[1], pairs[:2].max(0)):
        order = np.argsort(side, kind="stable")
        ranked, ends = pairs[:, order], np.flatnonzero(np.diff(side[order]))
        if ends.size:
            below, above = up_to(ranked)[:, ends], up_to(ranked[:, ::-1])[:, ::-1][:, ends + 1]
            saved = whole - padded(*below, tokens, multiple) - padded(*above, tokens, multiple)
            if saved.max() > most:
                most, end = saved.max(), ends[saved.argmax()] + 1
                parts = [ranked[:, :end], ranked[:, end:]]
    return most, parts


def up_to(pairs):
    """What a bucket of the first, of the first two and so on of `pairs` has: [3, P], as `pairs`."""
    return np.stack(
        [np.maximum.accumulate(pairs[0]), np.maximum.accumulate(pairs[1]), np.cumsum(pairs[2])]
    )


def padded(source_length, target_length, count, tokens, multiple):
    """Ids of an epoch's batches of buckets, padding included. Takes and gives int `[...]`."""
    rows = bucket_rows(target_length, count, tokens, multiple)
    return -(-count // rows) * rows * (source_length + target_length)


def bucket_rows(target_length, count, tokens, multiple):
    """Rows of a batch within the token budget, and no more than `count` examples need. Takes and gives int `[...]`."""
    rows = np.maximum(1, tokens // target_length)
    rows = np.where(rows >= multiple, rows - rows % multiple, rows)
    return np.minimum(rows, -(-count // multiple) * multiple)
