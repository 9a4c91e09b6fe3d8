"""Averages of weights, which are validated and kept in place of the last weights."""

import contextlib

import numpy as np

from zoo.errors import ZooError, first_line
from zoo.files import atomic


class Averages:
    """The weights that a recipe validates and keeps.

    They are the model's own, their moving average, or the mean over the ends of several epochs.

    Args:
        model: `Seq2Seq`.
        optimizer: its built optimizer.
        recipe: `Recipe`.
        folder: path of a folder for the weights at the ends of the last `recipe.average` epochs. It
            is made when it is needed.
    """

    def __init__(self, model, optimizer, recipe, folder):
        self.model = model
        self.recipe = recipe
        self.folder = folder
        self.inner = getattr(optimizer, "inner_optimizer", optimizer)
        self.moving = self.inner._model_variables_moving_average if recipe.moving_average else []

    @contextlib.contextmanager
    def within(self, epoch):
        """The model holds the averages inside the `with` block and its own weights after it.

        Args:
            epoch: int, the epoch in progress or just ended, counted from 0.
        """
        if not self.moving and self.recipe.average == 1:
            yield
            return
        weights = self.model.trainable_variables
        own = [np.asarray(v) for v in weights]
        updated = int(self.inner.iterations) > 0  # until then the moving averages are zeros
        averaged = [np.asarray(v) for v in self.moving if updated] or own
        if self.recipe.average > 1:
            averaged = self.mean_of_last(averaged, epoch)
        try:
            for variable, value in zip(weights, averaged):
                variable.assign(value)
            yield
        finally:
            for variable, value in zip(weights, own):
                variable.assign(value)

    def mean_of_last(self, values, epoch):
        """Keeps `values` as those of an epoch, and drops epochs that are too old.

        Returns:
            The mean over the epochs that are left, a list of arrays.
        """
        self.folder.mkdir(exist_ok=True)
        with atomic(self.file(epoch), ".npz") as temporary:
            np.savez(temporary, *values)
        self.file(epoch - self.recipe.average).unlink(missing_ok=True)
        sums = [np.zeros_like(x, "float64") for x in values]
        epochs = range(max(0, epoch - self.recipe.average + 1), epoch + 1)
        for number in epochs:
            for total, value in zip(sums, self.read(number, len(values))):
                total += value
        return [(total / len(epochs)).astype(x.dtype) for total, x in zip(sums, values)]

    def file(self, epoch):
        """The path for the weights of an epoch."""
        return self.folder / f"epoch_{epoch + 1:05d}.npz"

    def read(self, epoch, count):
        """The weights at the end of an epoch. Raises `ZooError` if they are gone or broken."""
        try:
            with np.load(self.file(epoch), allow_pickle=False) as saved:
                return [saved[f"arr_{i}"] for i in range(count)]
        except Exception as error:  # of zipfile, zlib or NumPy, for a broken file
            raise ZooError(
                f"{self.file(epoch)} is gone or broken ({first_line(error)}); "
                "train it again with --overwrite"
            ) from error
