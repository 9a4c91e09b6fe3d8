"""How long a cell trains when its suite gives a budget: target tokens, FLOPs or minutes."""

import dataclasses

from zoo.inspection.flops import training_flops
from zoo.inspection.trace import trace


def steps_for(budget, batches, epoch_flops, accumulate=1):
    """The updates that use up a budget of tokens or FLOPs, at least one.

    Args:
        budget: dict of one kind, "tokens" or "flops", to a number.
        batches: `zoo.data.batches.Batches` of the training.
        epoch_flops: FLOPs of an epoch, needed for a budget of FLOPs only.
        accumulate: batches per update.
    """
    if "tokens" in budget:
        share = budget["tokens"] / batches.target_tokens
    else:
        share = budget["flops"] / epoch_flops
    return max(1, round(share * batches.steps_per_epoch / accumulate))


def epoch_flops(model, batches):
    """FLOPs of the matrix products of an epoch, padding included."""
    counted = [
        training_flops(trace(model, bucket.rows, bucket.source_length, bucket.target_length))
        for bucket in batches.buckets
    ]
    return sum(steps * flops for steps, flops in zip(batches.steps_per_bucket, counted))


def with_budget(recipe, budget, batches, model):
    """The recipe of a cell that trains for a budget.

    Args:
        recipe: `Recipe`.
        budget: dict as `steps_for` takes it, or {"minutes": number}; or None.
        batches: `Batches`.
        model: the model, or one of its shape without values, whose FLOPs are counted.
    """
    if budget is None:
        return recipe
    if "minutes" in budget:
        return dataclasses.replace(recipe, minutes=float(budget["minutes"]))
    flops = epoch_flops(model, batches) if "flops" in budget else None
    steps = steps_for(budget, batches, flops, recipe.accumulate)
    return dataclasses.replace(recipe, epochs=0, steps=steps)
