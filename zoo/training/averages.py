"""Averages of weights: validated, kept and used in place of the last ones."""

import contextlib

import numpy as np

from zoo.errors import ZooError
from zoo.files import atomic


class Averages:
    """The weights that a recipe judges and keeps: the model's own, their moving average, or the mean over the ends of epochs.

    Args:
        model: `Seq2Seq`; optimizer: its built optimizer; recipe: `Recipe`.
        folder: path of a folder for the weights at the last `recipe.average` ends of epochs, made when there are some.
    """

    def __init__(self, model, optimizer, recipe, folder):
        self.model, self.recipe, self.folder = model, recipe, folder
        inner = getattr(optimizer, "inner_optimizer", optimizer)
        self.moving = (
            getattr(inner, "_model_variables_moving_average", []) if recipe.moving_average else []
        )

    @contextlib.contextmanager
    def within(self, epoch):
        """Puts the averages at the end of an epoch, counted from 0, into the model, and the model's own weights back."""
        if not self.moving and self.recipe.average == 1:
            yield
            return
        weights = self.model.trainable_variables
        own = [np.asarray(v) for v in weights]
        averaged = [np.asarray(v) for v in self.moving] or own
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
        """Keeps `values` as those of an epoch, drops what is too old, and gives the mean of what is left: list of arrays."""
        self.folder.mkdir(exist_ok=True)
        with atomic(self.file(epoch), ".npz") as temporary:
            np.savez(temporary, *values)
        (self.file(epoch - self.recipe.average)).unlink(missing_ok=True)
        sums, files = (
            [np.zeros_like(x, "float64") for x in values],
            range(max(0, epoch - self.recipe.average + 1), epoch + 1),
        )
        for number in files:
            for total, value in zip(sums, self.read(number, len(values))):
                total += value
        return [(total / len(files)).astype(x.dtype) for total, x in zip(sums, values)]

    def file(self, epoch):
        return self.folder / f"epoch_{epoch + 1:05d}.npz"

    def read(self, epoch, count):
        """The weights at the end of an epoch. Raises `ZooError` where they are gone or broken."""
        try:
            with np.load(self.file(epoch), allow_pickle=False) as saved:
                return [saved[f"arr_{i}"] for i in range(count)]
        except Exception as error:  # zipfile, zlib and NumPy each raise their own for a broken file
            raise ZooError(
                f"{self.file(epoch)} is gone or broken ({error}); train anew with --overwrite"
            ) from error
