"""The training step and the loop around it.

The loop is the zoo's own because `fit` cannot stop inside an epoch and go on exactly, nor weigh tokens across buckets;
on the same batches `fit` gives the same numbers. Keras callbacks work here, but for those that set the learning rate,
which is the schedule's.
"""

import math
import signal
import time

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from zoo.data.batches import Batches
from zoo.errors import ZooError
from zoo.evaluation.evaluate import evaluate_model
from zoo.evaluation.metrics import METRICS
from zoo.loss import summed_crossentropy
from zoo.training.checkpoint import load_checkpoint, save_checkpoint, save_weights
from zoo.training.run import Run, create_for
from zoo.training.schedule import WarmupDecay

DECIDED = {"source_vocabulary": "the task", "target_vocabulary": "the task", "start_id": "the tokenizer",
           "end_id": "the tokenizer", "dtype": "the recipe's precision"}  # constructor arguments that are no option of a run


class Interrupted(ZooError):
    """Training was asked to stop, and everything needed to go on is on disk."""


def make_optimizer(recipe, total_steps):
    """The recipe's optimizer with its schedule and clipping, over `total_steps` steps."""
    rate = WarmupDecay(recipe.learning_rate, math.ceil(recipe.warmup * total_steps), total_steps, recipe.decay)
    if recipe.optimizer == "adafactor":
        return keras.optimizers.Adafactor(rate, relative_step=False, global_clipnorm=recipe.clip_norm)
    return keras.optimizers.Adam(rate, beta_2=recipe.beta_2, epsilon=1e-9, global_clipnorm=recipe.clip_norm)


def make_step(model, optimizer, recipe):
    """One training step as a compiled function: int [B, S], int [B, T], target without start -> loss sum and token count."""
    def step(source, target):
        opened = tf.concat([tf.fill((target.shape[0], 1), np.int32(model.start_id)), target[:, :-1]], 1)
        with tf.GradientTape() as tape:
            total, tokens = summed_crossentropy(target, model((source, opened), training=True), recipe.label_smoothing)
            loss = total / tf.maximum(tokens, 1.0)
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return total, tokens

    return tf.function(step, jit_compile=recipe.compiled)


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


def train(name, task, recipe, folder, overrides=None, resume=False, overwrite=False, callbacks=(), progress=True):
    """Trains a registered model, or goes on with a pre-trained one, on a task, and leaves a run folder.

    Args:
        name: str, a registered model; or a `TextModel`, as `zoo.from_pretrained` gives, whose weights and tokenizers are the
            start. It is not changed.
        task: `Task`.
        recipe: `Recipe`.
        folder: path of the run folder.
        overrides: dict of constructor arguments that differ from the registered ones.
        resume: bool, goes on with an interrupted run in `folder`, exactly where it stopped.
        overwrite: bool, replaces a run in `folder`.
        callbacks: `keras.callbacks.Callback` objects.
        progress: bool, whether a progress bar is drawn.

    Returns:
        The `Run`, with the best weights by the task's first metric on the validation split.

    Raises:
        ZooError: the folder holds a run already, or another or a finished one where one is resumed; an unknown override, or
            one that the task or the recipe decides; the loss is not finite.
        Interrupted: Ctrl-C; the message says how to go on.
    """
    overrides, pretrained = dict(overrides or {}), None if isinstance(name, str) else name
    for key in overrides:
        if key in DECIDED:
            raise ZooError(f"{key} is no option of a run: {DECIDED[key]} decides it")
    if pretrained is not None:
        name, overrides = pretrained.name, {k: v for k, v in pretrained.overrides.items() if k not in DECIDED} | overrides
        task = task.with_tokenizers(pretrained.source_tokenizer, pretrained.target_tokenizer)
    keras.utils.set_random_seed(recipe.seed)
    model = create_for(task.source_tokenizer, task.target_tokenizer, name, recipe.precision, overrides)
    if pretrained is not None and not resume:
        copy_weights(pretrained.model, model)
    run = Run.create(folder, name, overrides, task, recipe, resume, overwrite, getattr(pretrained, "origin", None))
    batches = Batches(*task.encode("train"), tokens=recipe.tokens, buckets=recipe.buckets, seed=recipe.seed)
    total_steps = recipe.epochs * batches.steps_per_epoch
    optimizer = make_optimizer(recipe, total_steps)
    optimizer.build(model.trainable_variables)
    variables = model.variables + optimizer.variables
    state = dict(epoch=0, step=0, sums=[0.0, 0.0], best=None, stale=0, seen=0, tokens=0, seconds=0.0, compile_seconds=0.0,
                 finished=False)
    if resume:
        state = load_checkpoint(run.checkpoint, variables, state)
        if state["finished"]:
            raise ZooError(f"{folder} is finished after {state['epoch']} epochs; use it with zoo evaluate, generate or align, "
                           f"or train anew with other options and --out")
        run.keep_history(state["epoch"])
    else:
        save_checkpoint(run.checkpoint, variables, state)  # a run that is killed in its first epoch can be resumed, too
    step_function, seen = make_step(model, optimizer, recipe), set()
    hooks = keras.callbacks.CallbackList(list(callbacks), model=model, epochs=recipe.epochs, steps=batches.steps_per_epoch)
    model.stop_training = False
    hooks.on_train_begin()
    done = state["epoch"] * batches.steps_per_epoch + state["step"]
    with Stop() as stop, tqdm(total=total_steps, initial=done, disable=not progress, unit="step", mininterval=0.5,
                              bar_format="{desc} {percentage:3.0f}%|{bar:20}| {postfix} {remaining} left") as bar:
        while state["epoch"] < recipe.epochs and not state["finished"]:
            epoch = state["epoch"]
            bar.set_description_str(f"{name} {task.name} epoch {epoch + 1}/{recipe.epochs}", refresh=False)
            hooks.on_epoch_begin(epoch)
            for step in range(state["step"], batches.steps_per_epoch):
                hooks.on_train_batch_begin(step)
                batch = batches.batch(epoch, step)
                shape, started = (batch.source.shape, batch.target.shape), time.perf_counter()
                loss, tokens = (float(x) for x in step_function(batch.source, batch.target))
                elapsed = time.perf_counter() - started
                if not math.isfinite(loss):
                    raise ZooError(f"the loss is {loss} at epoch {epoch + 1}, step {step + 1}: lower --learning-rate")
                state["seen"] += int(tokens)
                if shape in seen:
                    state["tokens"] += int(tokens)
                    state["seconds"] += elapsed
                else:  # the first step of a shape is mostly compilation
                    seen.add(shape)
                    state["compile_seconds"] += elapsed
                state["sums"] = sums = [state["sums"][0] + loss, state["sums"][1] + tokens]
                state["step"] = step + 1
                hooks.on_train_batch_end(step, {"loss": loss / tokens})
                speed = state["tokens"] / max(state["seconds"], 1e-9)
                bar.set_postfix_str(f"loss {sums[0] / sums[1]:.3f}, {speed:,.0f} tokens/s", refresh=False)
                bar.update()
                if stop.asked:
                    save_checkpoint(run.checkpoint, variables, state)
                    raise Interrupted(f"stopped in epoch {epoch + 1} after step {step + 1} of {batches.steps_per_epoch}; "
                                      f"go on with: zoo train --resume {run.folder}")
            row = {"epoch": epoch + 1, "loss": round(state["sums"][0] / state["sums"][1], 6)}
            row |= validate(model, task, recipe)
            finish_epoch(run, model, task, recipe, state, row)
            save_checkpoint(run.checkpoint, variables, state)
            if progress:
                bar.write("  ".join(f"{key} {value:.4g}" for key, value in row.items()))
            hooks.on_epoch_end(epoch, row)
            if model.stop_training:
                break
    hooks.on_train_end()
    run.training = {"tokens_seen": state["seen"], "steps": state["epoch"] * batches.steps_per_epoch, "padding": batches.padding,
                    "tokens_per_second": state["tokens"] / max(state["seconds"], 1e-9), "seconds": state["seconds"],
                    "compile_seconds": state["compile_seconds"]}
    model.load_weights(run.weights)
    run.adopt(model)
    return run


def copy_weights(source, target):
    """Gives `target` the weights of `source`. Raises `ZooError` where they differ in number or shape."""
    if [v.shape for v in source.weights] != [v.shape for v in target.weights]:
        raise ZooError("the overrides make another architecture than that of the pre-trained weights; leave out those that "
                       "change a layer")
    for mine, theirs in zip(target.weights, source.weights):
        mine.assign(theirs)


def validate(model, task, recipe):
    """The task's metrics on the first `validation_limit` validation examples, greedy, as {"validation_wer": ...}."""
    report = evaluate_model(model, task, "validation", limit=recipe.validation_limit, jit=recipe.compiled)
    return {f"validation_{key}": score["value"] for key, score in report.scores.items()}


def finish_epoch(run, model, task, recipe, state, row):
    """Keeps the weights when the first metric improved, counts stale epochs, and moves the position to the next epoch."""
    metric = METRICS[task.metrics[0]]
    value = row[f"validation_{metric.name}"]
    improved = state["best"] is None or (value < state["best"] if metric.better == "lower" else value > state["best"])
    if improved:
        state["best"], state["stale"] = value, 0
        save_weights(run.weights, model)
    else:
        state["stale"] += 1
    run.add_history(row)
    state["epoch"], state["step"], state["sums"] = state["epoch"] + 1, 0, [0.0, 0.0]
    state["finished"] = state["epoch"] == recipe.epochs or (0 < recipe.patience <= state["stale"])
