"""The batches that a recipe trains on."""

from zoo.data.batches import Batches

MOST_SHAPES = 32
SHAPE_PRICE, OF_PARAMETERS = (
    28_000,
    8_000_000,
)  # ids trained on while a shape is compiled, in a model of so many parameters


def make_batches(task, recipe, parameters=OF_PARAMETERS):
    """The `Batches` of a task's train split.

    Args:
        task: `Task`.
        recipe: `Recipe`. Where it leaves the number of shapes open, there are as many as pay in a training of its length.
        parameters: int, of the model. What a shape costs in ids falls with about the root of it: larger models take longer to
            compile, and still longer to train.
    """
    sources, targets = task.encode("train")
    if recipe.buckets:
        return Batches(sources, targets, recipe.tokens, recipe.buckets, recipe.seed)
    recipe, ids = (
        recipe.fitted(targets.lengths.sum()),
        sources.lengths.sum() + targets.lengths.sum(),
    )
    trained_on = (
        2 * recipe.steps * recipe.accumulate * recipe.tokens or recipe.epochs * ids
    )  # about as many in all
    price = SHAPE_PRICE * (OF_PARAMETERS / parameters) ** 0.5 * ids / trained_on
    return Batches(sources, targets, recipe.tokens, MOST_SHAPES, recipe.seed, price=price)
