"""`zoo find-lr`: the loss while the learning rate rises from far too low to too high.

Smith 2017, section 3.3, https://arxiv.org/abs/1506.01186.
"""

import math
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops
from tqdm import tqdm

from zoo.errors import ZooError
from zoo.files import atomic, write_text
from zoo.runs.model_choice import check_options, choose_training
from zoo.runs.recipe import Recipe
from zoo.training.optimizer import make_optimizer
from zoo.training.step import Step
from zoo.training.train import check_r_drop, prepare

SMOOTHING = 0.9  # momentum of the loss' moving average
FALLS = 0.98  # a loss falls if it comes below this share of the first
HEAD = "learning_rate,loss"  # of the table
TOO_HIGH = 1.5  # the sweep ends at this multiple of the lowest loss


@keras.saving.register_keras_serializable("zoo")
class ExponentialRise(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that rises from `low` to `high` in `steps` steps of the same factor."""

    def __init__(self, low, high, steps):
        self.low = low
        self.high = high
        self.steps = steps

    def __call__(self, step):
        share = ops.cast(step, "float32") / max(1, self.steps - 1)
        return self.low * ops.exp(share * math.log(self.high / self.low))

    def get_config(self):
        return dict(low=self.low, high=self.high, steps=self.steps)


class Sweep(NamedTuple):
    """What a sweep found.

    Attributes:
        rates, losses: float `[n]`, the rates of the steps and the smoothed losses.
        best: float, the rate at which the loss falls the fastest.
        recipe: `Recipe` of the steps, whose rate was replaced.
    """

    rates: Any
    losses: Any
    best: float
    recipe: Recipe


def find_lr(name, task, recipe, overrides=None, low=1e-6, high=1.0, steps=120, progress=True):
    """Sweeps the learning rate over the first batches of a training.

    Args:
        name: str, a registered model or a family.
        task, overrides: as in `zoo.train`.
        recipe: `Recipe`, whose schedule is ignored; or a mapping, as in `zoo.train`.
        low, high: float, the first and the last rate.
        steps: int, updates of the weights.
        progress: bool, whether a progress bar is drawn.

    Returns:
        `Sweep` of `n <= steps` steps. A step that a loss scale skipped does not count.

    Raises:
        ZooError: rates that do not rise; a loss that never falls; too few positions; an override
            that is unknown, or that the task or the recipe decides.
    """
    if not 0 < low < high < math.inf or steps < 10:
        raise ZooError(
            "a sweep takes 10 steps or more, from a rate above 0 to a higher one, got "
            f"{steps}, {low:g}, {high:g}"
        )
    overrides = dict(overrides or {})
    check_options(overrides)
    name, overrides, recipe = choose_training(name, overrides, recipe, task)
    recipe = recipe.with_defaults(task.encode("train")[1].lengths.sum())
    model, batches = prepare(name, task, recipe, overrides)
    check_r_drop(model, recipe)
    rate = ExponentialRise(low, high, steps)
    step = Step(model, make_optimizer(recipe, steps, rate), recipe, steps)
    rates, losses, mean = [], [], 0.0
    for number in tqdm(range(steps), disable=not progress, unit="step"):
        done = int(step.optimizer.iterations)
        total = tokens = 0.0
        for part in range(recipe.accumulate):
            index = number * recipe.accumulate + part
            batch = batches.batch(*divmod(index, batches.steps_per_epoch))
            found = step(batch.source, batch.target, part + 1 == recipe.accumulate)
            total, tokens = total + float(found[0]), tokens + float(found[1])
        if int(step.optimizer.iterations) == done:
            continue
        mean = SMOOTHING * mean + (1 - SMOOTHING) * total / tokens
        smooth = mean / (1 - SMOOTHING ** (len(losses) + 1))
        if not math.isfinite(smooth) or losses and smooth > TOO_HIGH * min(losses):
            break
        rates.append(float(rate(done)))
        losses.append(smooth)
    rates, losses = np.array(rates), np.array(losses)
    if len(losses) < 3 or losses.min() > FALLS * losses[0]:
        raise ZooError(
            f"the loss does not fall at any rate from {low:g} to {high:g}; sweep another range"
        )
    return Sweep(rates, losses, float(rates[np.gradient(losses).argmin()]), recipe)


def check_table(picture):
    """Raises `ZooError` if the table beside a picture would replace a file that is no sweep."""
    table = picture.with_suffix(".csv")
    if table.exists():
        with open(table, "rb") as file:
            if file.readline().strip() != HEAD.encode():
                raise ZooError(
                    f"the table goes to {table}, where another file is; choose another --out"
                )


def write_sweep(rates, losses, best, picture):
    """Writes the sweep as a picture, and beside it as a table that ends in ".csv"."""
    from matplotlib.figure import Figure

    write_text(
        picture.with_suffix(".csv"),
        f"{HEAD}\n" + "".join(f"{rate:.6g},{loss:.6g}\n" for rate, loss in zip(rates, losses)),
    )
    figure = Figure(figsize=(6, 3.5), layout="constrained")
    axes = figure.subplots()
    axes.semilogx(rates, losses, color="C0")
    axes.axvline(best, color="C3", linestyle="--", label=f"falls the fastest: {best:.2g}")
    axes.set_xlabel("learning rate")
    axes.set_ylabel("loss per target token, smoothed")
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    with atomic(picture, picture.suffix) as temporary:
        figure.savefig(temporary, dpi=150)
