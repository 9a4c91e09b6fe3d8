"""The batches that a recipe trains on."""

from zoo.data.batches import Batches

MOST_SHAPES = 32
PARAMETERS = 8_000_000
SHAPE_PRICE = 28_000  # ids trained on while a shape is compiled, in a model of that many parameters


def make_batches(task, recipe, parameters=PARAMETERS):
    """The `Batches` of a task's train split.

    Args:
        task: `Task`.
        recipe: `Recipe`. If it leaves the number of shapes open, there are as many as pay off in a
            training of its length.
        parameters: int, of the model. The price of a shape in ids falls with about the root of it:
            larger models take longer to compile, and still longer to train.
    """
    sources, targets = task.encode("train")
    if recipe.buckets:
        return Batches(sources, targets, recipe.tokens, recipe.buckets, recipe.seed)
    recipe = recipe.with_defaults(targets.lengths.sum())
    ids = sources.lengths.sum() + targets.lengths.sum()
    # About as many ids as the whole training sees.
    trained_on = 2 * recipe.steps * recipe.accumulate * recipe.tokens or recipe.epochs * ids
    price = SHAPE_PRICE * (PARAMETERS / parameters) ** 0.5 * ids / trained_on
    return Batches(sources, targets, recipe.tokens, MOST_SHAPES, recipe.seed, price=price)
