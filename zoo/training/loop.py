"""The training step and the loop around it.

The loop is the zoo's own because `fit` cannot stop inside an epoch and go on exactly, nor weigh tokens across buckets;
on the same batches `fit` gives the same numbers. Keras callbacks work here, but for those that set the learning rate,
which is the schedule's.
"""

import contextlib
import math
import signal
import time

import keras
import tensorflow as tf
from tqdm import tqdm

from zoo.backend import make_repeatable
from zoo.data.describe import describe
from zoo.errors import ZooError
from zoo.evaluation.evaluate import evaluate_model
from zoo.evaluation.metrics import METRICS
from zoo.runs.folder import writing
from zoo.runs.model_choice import DECIDED, check_options, create_for, fitted
from zoo.runs.recipe import Recipe
from zoo.runs.run import Run
from zoo.runs.weights import load_weights, save_weights
from zoo.training.averages import Averages
from zoo.training.batches import make_batches
from zoo.training.checkpoint import load_checkpoint, save_checkpoint
from zoo.training.devices import SharedStep, check_recipe
from zoo.training.optimizer import make_optimizer
from zoo.training.step import Step

CHECKPOINT_SECONDS = 300  # of training steps after which what a killed run would lose is written


class Interrupted(ZooError):
    """Training was asked to stop, and everything needed to go on is on disk."""


class Stop:
    """Remembers Ctrl-C or a termination signal, so that a step in progress ends before training does."""

    def __enter__(self):
        self.asked, self.previous = False, {}
        try:
            for number in (signal.SIGINT, signal.SIGTERM):
                self.previous[number] = signal.signal(number, self.ask)
        except ValueError:  # not in the main thread: signals are somebody else's
            pass
        return self

    def ask(self, number, frame):
        """The first signal stops after the step in progress; a second one at once."""
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True

    def __exit__(self, *_):
        for number, handler in self.previous.items():
            signal.signal(number, handler)


def train(
    name,
    task,
    recipe,
    folder,
    overrides=None,
    resume=False,
    overwrite=False,
    callbacks=(),
    progress=True,
    strategy=None,
):
    """Trains a registered model, or goes on with a pre-trained one, on a task, and leaves a run folder.

    Args:
        name: str, a registered model, or a family in the size that fits the task; or a `TextModel`, as
            `zoo.from_pretrained` and `zoo.load` give, whose weights and tokenizers are the start. It is not changed.
        task: `Task`.
        recipe: `Recipe`; or a dict of the fields in which it differs from the model's own.
        folder: path of the run folder.
        overrides: dict of constructor arguments that differ from the registered ones.
        resume: bool, goes on with an interrupted run in `folder`, exactly where it stopped.
        overwrite: bool, replaces a run in `folder`.
        callbacks: `keras.callbacks.Callback` objects.
        progress: bool, whether the task is described first, and a progress bar is drawn.
        strategy: a strategy of `tf.distribute`, as `zoo.training.devices.make_strategy` gives, for several devices or machines.

    Returns:
        The `Run`, with the best weights by the task's first metric on the validation split.

    Raises:
        ZooError: the folder holds a run already, or another or a finished one where one is resumed; an unknown override, or
            one that the task or the recipe decides; the loss is not finite.
        Interrupted: Ctrl-C; the message says how to go on.
    """
    overrides, pretrained = dict(overrides or {}), None if isinstance(name, str) else name
    check_options(overrides)
    if pretrained is not None:
        name, overrides = (
            pretrained.name,
            {k: v for k, v in pretrained.overrides.items() if k not in DECIDED} | overrides,
        )
        task = task.with_tokenizers(pretrained.source_tokenizer, pretrained.target_tokenizer)
    else:
        name, overrides = fitted(name, overrides, task.source_tokenizer, task.target_tokenizer)
    if not isinstance(recipe, Recipe):
        recipe = Recipe.of_model(name, **recipe)
    recipe = recipe.fitted(task.encode("train")[1].lengths.sum())
    make_repeatable(recipe)
    if strategy is not None:
        check_recipe(recipe)
    with contextlib.nullcontext() if strategy is None else strategy.scope():
        model = create_for(
            task.source_tokenizer, task.target_tokenizer, name, recipe.precision, overrides
        )
    if pretrained is not None and not resume:
        copy_weights(pretrained.model, model)
    label = getattr(pretrained, "label", None)
    with writing(folder):
        run = Run.create(folder, name, overrides, task, recipe, resume, overwrite, label)
        if progress and not resume:
            print(f"{describe(task)}\n\n{name}, {model.count_params():,} parameters\n", flush=True)
        training = Training(run, model, task, recipe, resume, callbacks, progress, strategy)
        return training.run_to_the_end()


class Training:
    """A run being trained: its model and data, and where it stands.

    Args: as `train`, with the `Run`, and its model as it starts.
    """

    def __init__(self, run, model, task, recipe, resume, callbacks, progress, strategy):
        self.run, self.model, self.task, self.recipe, self.progress = (
            run,
            model,
            task,
            recipe,
            progress,
        )
        self.batches = make_batches(task, recipe, model.count_params())
        self.total = (
            recipe.steps * recipe.accumulate or recipe.epochs * self.batches.steps_per_epoch
        )
        self.epochs = math.ceil(self.total / self.batches.steps_per_epoch)
        updates = math.ceil(self.total / recipe.accumulate)
        if strategy is None:
            optimizer = make_optimizer(recipe, updates)
            self.step = Step(model, optimizer, recipe, updates)
        else:
            with strategy.scope():
                optimizer = make_optimizer(recipe, updates, clip=False)
            self.step = SharedStep(strategy, model, optimizer, recipe, updates)
        self.optimizer, self.averages = optimizer, Averages(model, optimizer, recipe, run.epochs)
        self.state = dict(
            epoch=0,
            step=0,
            steps=0,
            sums=[0.0, 0.0],
            best=None,
            stale=0,
            seen=0,
            tokens=0,
            seconds=0.0,
            compile_seconds=0.0,
            finished=False,
        )
        if resume:
            self.state = load_checkpoint(run.checkpoint, self.step.variables, self.state)
            if self.state["finished"]:
                use = "use it with zoo evaluate, generate or align"
                if not run.evaluations:  # it was stopped while its test split was decoded
                    use = f"score it with: zoo evaluate {run.folder}"
                raise ZooError(
                    f"{run.folder} is finished after {self.state['epoch']} epochs; {use}, "
                    "or train anew with other options and --out"
                )
            run.keep_history(self.state["epoch"])
        else:
            self.save()  # a run that is killed in its first epoch can be resumed, too
        self.hooks = keras.callbacks.CallbackList(
            list(callbacks), model=model, epochs=self.epochs, steps=self.batches.steps_per_epoch
        )
        self.compiled = set()

    def run_to_the_end(self):
        """Trains what is left, and returns the `Run` with its best weights."""
        state, model = self.state, self.model
        model.stop_training = False
        self.tell("on_train_begin")
        done = state["epoch"] * self.batches.steps_per_epoch + state["step"]
        with (
            Stop() as stop,
            tqdm(
                total=self.total,
                initial=done,
                disable=not self.progress,
                unit="step",
                mininterval=0.5,
                bar_format="{desc} {percentage:3.0f}%|{bar:20}| {postfix} {remaining} left",
            ) as bar,
        ):
            while not state["finished"] and not model.stop_training:
                epoch = state["epoch"]
                bar.set_description_str(
                    f"{self.run.name} {self.task.name} epoch {epoch + 1}/{self.epochs}",
                    refresh=False,
                )
                self.tell("on_epoch_begin", epoch)
                self.run_epoch(stop, bar)
                row = self.finish_epoch()
                if self.progress:
                    bar.write("  ".join(f"{key} {value:.4g}" for key, value in row.items()))
                self.tell("on_epoch_end", epoch, row)
        self.tell("on_train_end")
        self.run.training = {
            "tokens_seen": state["seen"],
            "steps": state["steps"],
            "padding": self.batches.padding,
            "tokens_per_second": state["tokens"] / max(state["seconds"], 1e-9),
            "seconds": state["seconds"],
            "compile_seconds": state["compile_seconds"],
        }
        load_weights(self.run.weights, model)
        self.run.adopt(model)
        return self.run

    def run_epoch(self, stop, bar):
        """The steps that are left of an epoch."""
        state, per_epoch, saved = self.state, self.batches.steps_per_epoch, time.monotonic()
        first = state["epoch"] * per_epoch
        for step in range(state["step"], min(per_epoch, self.total - first)):
            self.tell("on_train_batch_begin", step)
            loss, tokens = self.run_step(
                step,
                update=(first + step + 1) % self.recipe.accumulate == 0
                or first + step + 1 == self.total,
            )
            self.tell("on_train_batch_end", step, {"loss": loss / tokens})
            sums, speed = state["sums"], state["tokens"] / max(state["seconds"], 1e-9)
            bar.set_postfix_str(
                f"loss {sums[0] / sums[1]:.3f}, {speed:,.0f} tokens/s", refresh=False
            )
            bar.update()
            if stop.asked:
                self.save()
                raise Interrupted(
                    f"stopped in epoch {state['epoch'] + 1} after step {step + 1} of {per_epoch}; "
                    f"go on with: zoo train --resume {self.run.folder}"
                )
            if self.out_of_time():
                return
            if time.monotonic() - saved > CHECKPOINT_SECONDS:
                self.save()
                saved = time.monotonic()

    def run_step(self, step, update):
        """One step of the epoch. Returns the loss, summed over tokens, and their number."""
        state, batch = self.state, self.batches.batch(self.state["epoch"], step)
        compiled, started = {(batch.source.shape, batch.target.shape), update}, time.perf_counter()
        try:
            loss, tokens = (float(x) for x in self.step(batch.source, batch.target, update))
        except tf.errors.OpError as error:
            if not isinstance(self.step, SharedStep):
                raise
            raise ZooError(
                f"a worker or its network is gone ({type(error).__name__}); start all workers again with: "
                f"zoo train --resume {self.run.folder} --strategy workers"
            ) from error
        elapsed = time.perf_counter() - started
        if not math.isfinite(loss):
            raise ZooError(
                f"the loss is {loss} at epoch {state['epoch'] + 1}, step {step + 1}: lower --learning-rate"
            )
        state["seen"], state["steps"] = state["seen"] + int(tokens), state["steps"] + 1
        if compiled <= self.compiled:
            state["tokens"] += int(tokens)
            state["seconds"] += elapsed
        else:  # the first step of a shape is mostly compilation, and so is the first update
            self.compiled |= compiled
            state["compile_seconds"] += elapsed
        state["sums"], state["step"] = (
            [state["sums"][0] + loss, state["sums"][1] + tokens],
            step + 1,
        )
        return loss, tokens

    def out_of_time(self):
        """Whether the steps have taken the minutes that the recipe gives them."""
        return 0 < 60 * self.recipe.minutes <= self.state["seconds"] + self.state["compile_seconds"]

    def finish_epoch(self):
        """Validates, keeps what is best, and moves the position to the next epoch. Returns the row of the history."""
        state, recipe, metric = self.state, self.recipe, METRICS[self.task.metrics[0]]
        row = {"epoch": state["epoch"] + 1, "loss": round(state["sums"][0] / state["sums"][1], 6)}
        with self.averages.within(state["epoch"]):
            row |= validate(self.model, self.task, recipe)
            value = row[f"validation_{metric.name}"]
            if state["best"] is None or metric.best((state["best"], value)) != state["best"]:
                state["best"], state["stale"] = value, 0
                save_weights(self.run.weights, self.model)
            else:
                state["stale"] += 1
        self.run.add_history(row)
        out_of_time = self.out_of_time()
        state["epoch"], state["step"], state["sums"] = state["epoch"] + 1, 0, [0.0, 0.0]
        state["finished"] = (
            state["epoch"] == self.epochs or 0 < recipe.patience <= state["stale"] or out_of_time
        )
        self.save()
        return row

    def tell(self, hook, *arguments):
        """Calls a hook of all callbacks. They find the optimizer at the model, as in `fit`; files of weights are without it."""
        if self.hooks.callbacks:
            self.model.optimizer = self.optimizer
            try:
                getattr(self.hooks, hook)(*arguments)
            finally:
                del self.model.optimizer

    def save(self):
        """Writes everything that is needed to go on from here."""
        save_checkpoint(self.run.checkpoint, self.step.variables, self.state)


def copy_weights(source, target):
    """Gives `target` the weights of `source`. Raises `ZooError` where they differ in number or shape."""
    if [v.shape for v in source.weights] != [v.shape for v in target.weights]:
        raise ZooError(
            "the overrides make another architecture than that of the pre-trained weights; leave out those that "
            "change a layer"
        )
    for mine, theirs in zip(target.weights, source.weights):
        mine.assign(theirs)


def validate(model, task, recipe):
    """The task's metrics on the first `validation_limit` validation examples, greedy, as {"validation_wer": ...}."""
    report = evaluate_model(
        model, task, "validation", limit=recipe.validation_limit, jit=recipe.compiled
    )
    return {f"validation_{key}": score["value"] for key, score in report.scores.items()}
