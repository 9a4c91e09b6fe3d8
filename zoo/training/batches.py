"""The batches that a recipe trains on."""

from zoo.data.batches import Batches

MOST_SHAPES, SHAPE_PRICE = 24, 75_000  # batch shapes at most; ids that are trained on in the time that one takes to compile


def make_batches(task, recipe):
    """The `Batches` of a task's train split, in as many shapes as the recipe says, or as pay in a training of its length."""
    sources, targets = task.encode("train")
    if recipe.buckets:
        return Batches(sources, targets, recipe.tokens, recipe.buckets, recipe.seed)
    recipe, ids = recipe.fitted(targets.lengths.sum()), sources.lengths.sum() + targets.lengths.sum()
    trained_on = 2 * recipe.steps * recipe.accumulate * recipe.tokens or recipe.epochs * ids  # about as many in all
    return Batches(sources, targets, recipe.tokens, MOST_SHAPES, recipe.seed, price=SHAPE_PRICE * ids / trained_on)
