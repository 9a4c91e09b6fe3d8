"""The loop around the training step.

The loop is the zoo's own because `fit` cannot stop inside an epoch and resume exactly, nor weigh
tokens across buckets. On the same batches `fit` gives the same numbers. Keras callbacks work here,
except those that set the learning rate, which follows the schedule.
"""

import math
import time

import keras
import tensorflow as tf

from zoo.errors import ZooError
from zoo.evaluation.metrics import METRICS
from zoo.printable import number_text
from zoo.runs.folder import resuming
from zoo.runs.weights import check_finite, load_weights, save_weights
from zoo.training.averages import Averages
from zoo.training.checkpoint import load_checkpoint, save_checkpoint
from zoo.training.devices import SharedStep
from zoo.training.optimizer import make_optimizer
from zoo.training.progress_bar import ProgressBar
from zoo.training.step import Step
from zoo.training.stop import Interrupted, Stop, finished
from zoo.training.validation import validate, validations_until

CHECKPOINT_SECONDS = 300  # a killed run loses at most the steps of this time

# Where a training starts; `Training.state` says what the fields are.
START: dict = dict.fromkeys(("epoch", "step", "steps", "stale", "seen", "tokens"), 0)
START |= dict(sums=[0.0, 0.0], best=None, seconds=0.0, compile_seconds=0.0, finished=False)


class Training:
    """A run that is being trained: its model, its data, and where it stands.

    Args:
        run: `Run`.
        model: its model, as it starts.
        batches: `Batches` of the task's training split.
        task, recipe, resume, hooks (callbacks), progress, distribution: as in `zoo.train`.

    Attributes:
        state: dict of JSON types, the position that a checkpoint holds. `epoch` and `step` are the
            next ones, counted from 0; `steps` counts the whole training; `sums` are loss and
            tokens of this epoch; `seen` counts target tokens, `tokens` those in `seconds` of
            steps without compilation.
    """

    def __init__(self, run, model, task, recipe, batches, resume, hooks, progress, distribution):
        self.run = run
        self.model = model
        self.task = task
        self.recipe = recipe
        self.progress = progress
        self.batches = batches
        per_epoch = self.batches.steps_per_epoch
        self.total = recipe.steps * recipe.accumulate or recipe.epochs * per_epoch
        self.epochs = math.ceil(self.total / per_epoch)
        updates = math.ceil(self.total / recipe.accumulate)
        if distribution is None:
            self.optimizer = make_optimizer(recipe, updates)
            self.step = Step(model, self.optimizer, recipe, updates)
        else:
            with distribution.scope():
                self.optimizer = make_optimizer(recipe, updates, clip=False)
            self.step = SharedStep(distribution, model, self.optimizer, recipe, updates)
        self.averages = Averages(model, self.optimizer, recipe, run.epochs)
        self.state = dict(START)
        if resume:
            self.state = load_checkpoint(run.checkpoint, self.step.variables, self.state)
            if self.state["finished"]:
                raise finished(run, self.state["epoch"])
            run.keep_history(self.validated(self.state["step"]))
        else:
            self.save()  # so that a run killed in its first epoch can be resumed
        self.hooks = keras.callbacks.CallbackList(
            list(hooks), model=model, epochs=self.epochs, steps=per_epoch
        )
        self.compiled = set()

    def run_to_the_end(self):
        """Trains what is left, and returns the `Run` with its best weights."""
        state, model = self.state, self.model
        model.stop_training = False
        self.tell("on_train_begin")
        done = state["epoch"] * self.batches.steps_per_epoch + state["step"]
        with Stop() as stop, ProgressBar(self.total, done, self.progress) as bar:
            while not state["finished"] and not model.stop_training:
                epoch = state["epoch"]
                shown = f"{self.run.folder.name} epoch {epoch + 1}/{self.epochs}"
                bar.set_description_str(shown, refresh=False)
                self.tell("on_epoch_begin", epoch)
                self.run_epoch(stop, bar)
                row = self.finish_epoch(bar)
                self.tell("on_epoch_end", epoch, row)
        self.tell("on_train_end")
        self.run.training = {
            "tokens_seen": state["seen"],
            "steps": state["steps"],
            "padding": self.batches.padding,
            "tokens_per_second": self.speed(),
            "seconds": state["seconds"],
            "compile_seconds": state["compile_seconds"],
        }
        load_weights(self.run.weights, model)
        self.run.adopt(model)
        return self.run

    def run_epoch(self, stop, bar):
        """Runs the steps that are left of an epoch."""
        state, per_epoch = self.state, self.batches.steps_per_epoch
        saved = time.monotonic()
        first = state["epoch"] * per_epoch
        for step in range(state["step"], min(per_epoch, self.total - first)):
            self.tell("on_train_batch_begin", step)
            done = first + step + 1
            update = done % self.recipe.accumulate == 0 or done == self.total
            compiled = state["compile_seconds"]
            loss, tokens = self.run_step(step, update)
            self.tell("on_train_batch_end", step, {"loss": loss / tokens})
            mean = state["sums"][0] / state["sums"][1]
            compiling = state["compile_seconds"] - compiled
            bar.step(mean, self.speed(), compiling, self.time_left())
            if self.out_of_time():
                return
            if self.validated(step) < self.validated(step + 1):
                self.validate(bar, round(done / per_epoch, 6))
                self.save()
            if stop.asked:
                self.save()
                raise Interrupted(
                    f"stopped in epoch {state['epoch'] + 1} after step {step + 1} of {per_epoch}; "
                    f"go on with: {resuming(self.run.folder)}"
                )
            if time.monotonic() - saved > CHECKPOINT_SECONDS:
                self.save()
                saved = time.monotonic()

    def run_step(self, step, update):
        """Runs one step of the epoch. Returns the loss, summed over tokens, and their number."""
        state, batch = self.state, self.batches.batch(self.state["epoch"], step)
        started = time.perf_counter()
        try:
            loss, tokens = (float(x) for x in self.step(batch.source, batch.target, update))
        except tf.errors.OpError as error:
            if not isinstance(self.step, SharedStep):
                raise
            raise ZooError(
                f"a worker or its network is gone ({type(error).__name__}); start all workers "
                f"again with: {resuming(self.run.folder)} --devices workers"
            ) from error
        elapsed = time.perf_counter() - started
        if not math.isfinite(loss):
            raise ZooError(
                f"the loss is {loss} at epoch {state['epoch'] + 1}, step {step + 1}: "
                "lower --learning-rate"
            )
        state["seen"] += int(tokens)
        state["steps"] += 1
        state["sums"] = [state["sums"][0] + loss, state["sums"][1] + tokens]
        state["step"] = step + 1
        used = {(batch.source.shape, batch.target.shape), update}
        if used <= self.compiled:
            state["tokens"] += int(tokens)
            state["seconds"] += elapsed
        else:  # the first step of a shape is mostly compilation, and so is the first update
            self.compiled |= used
            state["compile_seconds"] += elapsed
        return loss, tokens

    def speed(self):
        """Target tokens per second, compilation left out."""
        return self.state["tokens"] / max(self.state["seconds"], 1e-9)

    def time_left(self):
        """Seconds of steps that are left of the recipe's minutes; infinite without a limit."""
        taken = self.state["seconds"] + self.state["compile_seconds"]
        return 60 * self.recipe.minutes - taken if self.recipe.minutes else math.inf

    def out_of_time(self):
        """Whether the steps have taken the minutes that the recipe allows."""
        return self.time_left() <= 0

    def validated(self, step):
        """Validations up to a step of this epoch, without the one that ends the epoch."""
        per_epoch, times = self.batches.steps_per_epoch, self.recipe.validations
        steps = min(per_epoch, self.total - self.state["epoch"] * per_epoch)  # of this epoch
        within = max(0, min(step, steps - 1))  # no step is left after the last epoch
        return validations_until(self.state["epoch"], within, per_epoch, times)

    def validate(self, bar, epoch):
        """Validates after `epoch` epochs, keeps the best weights, and returns the history's row."""
        state, recipe, metric = self.state, self.recipe, METRICS[self.task.metrics[0]]
        self.check_weights()
        row = {
            "epoch": epoch,
            "loss": round(state["sums"][0] / state["sums"][1], 6),
            "tokens": state["seen"],
        }
        with self.averages.within(state["epoch"]), bar.validation():
            row |= validate(self.model, self.task, recipe)
            value = row[f"validation_{metric.name}"]
            if state["best"] is None or metric.best((state["best"], value)) != state["best"]:
                state["best"], state["stale"] = value, 0
                save_weights(self.run.weights, self.model)
            else:
                state["stale"] += 1
        self.run.add_history(row)
        if self.progress:
            bar.write("  ".join(f"{key} {number_text(value)}" for key, value in row.items()))
        return row

    def finish_epoch(self, bar):
        """Validates, moves on, and returns the row of the history."""
        state = self.state
        epochs = state["epoch"] + state["step"] / self.batches.steps_per_epoch
        row = self.validate(bar, int(epochs) if epochs.is_integer() else round(epochs, 6))
        out_of_time = self.out_of_time()
        state |= {"epoch": state["epoch"] + 1, "step": 0, "sums": [0.0, 0.0]}
        impatient = 0 < self.recipe.patience <= state["stale"]
        state["finished"] = state["epoch"] == self.epochs or impatient or out_of_time
        self.save()
        return row

    def check_weights(self):
        """Raises `ZooError` if a step has left weights that are not finite."""
        place = f"the weights after epoch {self.state['epoch'] + 1}, step {self.state['step']}"
        check_finite(self.model.trainable_variables, place, "lower --learning-rate")

    def tell(self, hook, *arguments):
        """Calls a hook of all callbacks.

        They find the optimizer at the model, as in `fit`. Files of weights do not hold it.
        """
        if not self.hooks.callbacks:
            return
        self.model.optimizer = self.optimizer
        try:
            getattr(self.hooks, hook)(*arguments)
        finally:
            del self.model.optimizer

    def save(self):
        """Writes everything that is needed to resume from here."""
        self.check_weights()
        save_checkpoint(self.run.checkpoint, self.step.variables, self.state)
